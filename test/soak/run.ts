import { resolve } from "node:path";
import { argv } from "node:process";
import { parseArgs } from "node:util";
import { soakPlatforms } from "./platforms.ts";
import { soakPolls } from "./polls.ts";
import { reportOf } from "./report.ts";

/**
 * `npm run soak -- --platforms discord,slack,matrix --feeds 200 --minutes 60`: one bot on the platforms for a long time.
 * `npm run soak -- --feeds 500 --seconds 180`: two bots that only read, one of them killed again and again.
 */
const platformsUsage = {
  platforms: { type: "string", default: "discord,slack,matrix" },
  feeds: { type: "string", default: "200" },
  minutes: { type: "string", default: "60" },
  slowness: { type: "string", default: "100" },
  /** Percent of the time: V8 goes on compiling what is called now and then for about half an hour. */
  "warm-up": { type: "string", default: "50" },
  seed: { type: "string", default: "1" },
  keep: { type: "boolean", default: false },
} as const;

const pollsUsage = {
  feeds: { type: "string", default: "500" },
  seconds: { type: "string", default: "180" },
  "max-age": { type: "string", default: "2" },
} as const;

const SAMPLE_MS = 15_000;
const TALK_MS = 3000;

const root = resolve(import.meta.dirname, "../..");

/** True when all is as it must be. */
async function onPlatforms(): Promise<boolean> {
  const { values } = parseArgs({ args: argv.slice(2), options: platformsUsage });
  const report = await soakPlatforms({
    root,
    platforms: values.platforms.split(","),
    feeds: Number(values.feeds),
    durationMs: Number(values.minutes) * 60_000,
    sampleMs: SAMPLE_MS,
    talkMs: TALK_MS,
    slowness: Number(values.slowness),
    seed: Number(values.seed),
    keep: values.keep,
    progress: (line) => console.error(line),
  });
  const { lines, isGood } = reportOf(report, Number(values["warm-up"]) / 100);
  for (const line of lines) console.log(line);
  return isGood;
}

/** True when nothing was lost or repeated and every feed asked as it allows; memory is for people to judge. */
async function ofPolls(): Promise<boolean> {
  const { values } = parseArgs({ args: argv.slice(2), options: pollsUsage });
  const options = {
    feeds: Number(values.feeds),
    seconds: Number(values.seconds),
    maxAgeSeconds: Number(values["max-age"]),
  };
  const { tooSoon, ...report } = await soakPolls({ root, ...options });
  console.log({ ...options, ...report, tooSoon: tooSoon.length, examples: tooSoon.slice(0, 3) });
  return report.missing + report.repeated + report.together + tooSoon.length === 0;
}

process.exit((await (argv.includes("--platforms") ? onPlatforms() : ofPolls())) ? 0 : 1);

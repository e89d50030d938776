import { resolve } from "node:path";
import { argv } from "node:process";
import { parseArgs } from "node:util";
import { soakPlatforms } from "./platforms.ts";
import { reportOf } from "./report.ts";

/**
 * `npm run soak -- --platforms discord,slack,matrix --feeds 200 --minutes 30`: one bot on the platforms for a long time.
 * `npm run soak -- --feeds 500 --seconds 180`: two bots that only read, one of them killed again and again.
 */
const usage = {
  platforms: { type: "string", default: "discord,slack,matrix" },
  feeds: { type: "string", default: "200" },
  minutes: { type: "string", default: "30" },
  slowness: { type: "string", default: "100" },
  /** Of the time, until memory has found its size. */
  "warm-up": { type: "string", default: "25" },
  seed: { type: "string", default: "1" },
  keep: { type: "boolean", default: false },
} as const;

const SAMPLE_MS = 15_000;
const TALK_MS = 3000;

async function main(): Promise<number> {
  const { values } = parseArgs({ args: argv.slice(2), options: usage });
  const report = await soakPlatforms({
    root: resolve(import.meta.dirname, "../.."),
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
  return isGood ? 0 : 1;
}

if (argv.includes("--platforms")) process.exit(await main());
else await import("../chaos/soak.ts");

import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { recordDocument, recordLimits } from "../../src/poll/record.ts";
import { shardOf } from "../../src/poll/shards.ts";
import { ChannelStore } from "../../src/store/channel-store.ts";
import { connect } from "../../src/store/connection.ts";
import { FeedStore } from "../../src/store/feed-store.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { startRedis } from "../support/redis.ts";
import { type Bot, type BotSettings, startBot } from "./bot.ts";
import { compiledProgram } from "./program.ts";
import { type SoakFarm, startSoakFarm } from "./soak-farm.ts";

/**
 * Many feeds for a long time, two bots, one of them killed again and again: every entry once, memory flat, no host asked twice at
 * once, no feed sooner than it allows. `node --import tsx test/chaos/soak.ts --feeds 500 --seconds 180`
 */
const usage = {
  feeds: { type: "string", default: "500" },
  seconds: { type: "string", default: "180" },
  /** What every feed allows, in seconds: the shorter, the more an hour is compressed. */
  "max-age": { type: "string", default: "2" },
} as const;

const CHANNELS = 5;
const SHARDS = 8;
/** One feed in so many has something new each round. */
const CHANGING = 100;
const ROUND_MS = 4000;
const KILL_EVERY_MS = 20_000;
const DRAIN_MS = 120_000;
const root = new URL("../..", import.meta.url).pathname;

/** Once a feed allows it, it is asked. */
function pacing(maxAgeSeconds: number): Record<string, string> {
  const [least, most] = [Math.max(1, Math.floor(maxAgeSeconds / 6)), Math.max(4, maxAgeSeconds)];
  return { POLL_MIN_SECONDS: String(least), POLL_MAX_SECONDS: String(most), LOG_LEVEL: "info", DIGEST_FROM: "1000" };
}

async function seed(redisUrl: string, farm: SoakFarm, count: number): Promise<void> {
  const redis = connect({ url: redisUrl }, "soak");
  await redis.connect();
  const [feeds, channels] = [new FeedStore(redis), new ChannelStore(redis)];
  for (let feed = 0; feed < count; feed += 1) {
    const [feedId, channel, url] = [`soak-${feed}`, `console:soak${feed % CHANNELS}`, farm.url(feed)];
    const first = entry(1, { guid: `${feed}-1`, titleRaw: farm.title(feed, 1), link: farm.link(feed, 1) });
    await feeds.alias(url, feedId);
    await feeds.setState(feedId, { url });
    await recordDocument(feeds, feedId, documentOf([first]), true, recordLimits(1e10));
    await channels.register(channel);
    const followId = await channels.beginFollow(channel, feedId, count);
    await feeds.followers.commit(feedId, channel, followId ?? "", "{}");
    await feeds.schedule.add(shardOf(url, SHARDS), feedId, 0);
  }
  redis.disconnect();
}

/** How often each title stands in the transcripts. */
async function transcribed(directory: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const names = await readdir(join(directory, "console")).catch(() => []);
  for (const name of names.filter((name) => name.endsWith(".log"))) {
    const lines = (await readFile(join(directory, "console", name), "utf8")).split("\n").filter((line) => line !== "");
    for (const line of lines) {
      const { entries } = JSON.parse(line) as { entries?: readonly { title: string }[] };
      for (const { title } of entries ?? []) counts.set(title, (counts.get(title) ?? 0) + 1);
    }
  }
  return counts;
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Least squares: MB a minute. */
function slope(samples: readonly { readonly atMs: number; readonly mb: number }[]): number {
  const mean = (of: (sample: { atMs: number; mb: number }) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [at, mb] = [mean((s) => s.atMs), mean((s) => s.mb)];
  const over = samples.reduce((sum, s) => sum + (s.atMs - at) * (s.mb - mb), 0);
  return (over / samples.reduce((sum, s) => sum + (s.atMs - at) ** 2, 0)) * 60_000;
}

interface Run {
  readonly published: Set<string>;
  readonly killedAtMs: number[];
  readonly samples: { atMs: number; mb: number }[];
}

async function rounds(settings: BotSettings, farm: SoakFarm, count: number, endMs: number): Promise<Run> {
  const run: Run = { published: new Set(), killedAtMs: [], samples: [] };
  const steady = startBot(settings);
  let victim: Bot = startBot(settings);
  await Promise.all([steady.ready, victim.ready]);
  let nextKillMs = Date.now() + KILL_EVERY_MS;
  for (let round = 0; Date.now() < endMs; round += 1) {
    for (let feed = round % CHANGING; feed < count; feed += CHANGING) run.published.add(farm.publish(feed));
    await pause(ROUND_MS);
    run.samples.push({ atMs: Date.now(), mb: await residentMb(steady.pid) });
    if (Date.now() < nextKillMs) continue;
    run.killedAtMs.push(Date.now());
    victim.kill();
    await victim.exited;
    victim = startBot(settings);
    await victim.ready;
    nextKillMs = Date.now() + KILL_EVERY_MS;
  }
  const lastMs = Date.now() + DRAIN_MS;
  while (Date.now() < lastMs && (await lost(run, settings.dataDirectory)).length > 0) await pause(1000);
  for (const bot of [steady, victim]) bot.signal("SIGTERM");
  await Promise.all([steady.exited, victim.exited]);
  return run;
}

async function lost({ published }: Run, directory: string): Promise<string[]> {
  const counts = await transcribed(directory);
  return [...published].filter((title) => !counts.has(title));
}

async function main(): Promise<number> {
  const { values } = parseArgs({ args: argv.slice(2), options: usage });
  const [count, seconds, maxAgeSeconds] = [values.feeds, values.seconds, values["max-age"]].map(Number) as [
    number,
    number,
    number,
  ];
  const directory = await mkdtemp(join(tmpdir(), "planetwire-soak-"));
  const [redis, farm, program] = [
    await startRedis(directory),
    await startSoakFarm(count, maxAgeSeconds),
    await compiledProgram(root),
  ];
  const log = createWriteStream(join(directory, "bots.log"));
  const settings = { program, redisUrl: redis.url, dataDirectory: directory, log, env: pacing(maxAgeSeconds) };
  try {
    await seed(redis.url, farm, count);
    const run = await rounds(settings, farm, count, Date.now() + seconds * 1000);
    const counts = await transcribed(directory);
    const { tooSoon, ...served } = farm.report();
    const half = run.samples.slice(Math.floor(run.samples.length / 2));
    const repeated = [...counts].filter(([, times]) => times > 1).length;
    const missing = (await lost(run, directory)).length;
    console.log({
      feeds: count,
      seconds,
      kills: run.killedAtMs.length,
      published: run.published.size,
      missing,
      repeated,
      ...served,
    });
    console.log({
      tooSoon: tooSoon.length,
      examples: tooSoon.slice(0, 3),
    });
    console.log({
      firstMb: run.samples[0]?.mb,
      lastMb: run.samples.at(-1)?.mb,
      slopeOfSecondHalfMbPerMinute: slope(half),
    });
    return missing + repeated + served.together + tooSoon.length === 0 ? 0 : 1;
  } finally {
    await redis.stop();
    await farm.close();
    await program.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

process.exitCode = await main();

import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { recordDocument, recordLimits } from "../../src/poll/record.ts";
import { shardOf } from "../../src/poll/shards.ts";
import { ChannelStore } from "../../src/store/channel-store.ts";
import { connect } from "../../src/store/connection.ts";
import { FeedStore } from "../../src/store/feed-store.ts";
import { type Bot, type BotSettings, startBot } from "../chaos/bot.ts";
import { compiledProgram } from "../chaos/program.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { startRedis } from "../support/redis.ts";
import { openTranscript } from "../support/transcript.ts";
import { type FarmReport, type PollsFarm, startPollsFarm } from "./polls-farm.ts";
import { residentMb, type Trend, trend } from "./samples.ts";

export interface PollsSoakOptions {
  readonly root: string;
  readonly feeds: number;
  readonly seconds: number;
  /** What every feed allows: the shorter, the more an hour is compressed. */
  readonly maxAgeSeconds: number;
}

/** What all of it came to. */
export interface PollsSoakReport extends FarmReport {
  readonly kills: number;
  readonly published: number;
  readonly missing: number;
  readonly repeated: number;
  readonly firstMb: number | undefined;
  readonly lastMb: number | undefined;
  /** Of the second half of the time. */
  readonly residentMb: Trend;
}

const CHANNELS = 5;
const SHARDS = 8;
/** One feed in so many has something new each round. */
const CHANGING = 100;
const ROUND_MS = 4000;
const KILL_EVERY_MS = 20_000;
const DRAIN_MS = 120_000;

function nameOf(channel: number): string {
  return `soak${String(channel)}`;
}

/** Once a feed allows it, it is asked. */
function pacing(maxAgeSeconds: number): Record<string, string> {
  const [least, most] = [Math.max(1, Math.floor(maxAgeSeconds / 6)), Math.max(4, maxAgeSeconds)];
  return { POLL_MIN_SECONDS: String(least), POLL_MAX_SECONDS: String(most), LOG_LEVEL: "info", DIGEST_FROM: "1000" };
}

async function seed(redisUrl: string, farm: PollsFarm, count: number): Promise<void> {
  const redis = connect({ url: redisUrl }, "soak");
  await redis.connect();
  const [feeds, channels] = [new FeedStore(redis), new ChannelStore(redis)];
  for (let feed = 0; feed < count; feed += 1) {
    const [feedId, channel, url] = [`soak-${feed}`, `console:${nameOf(feed % CHANNELS)}`, farm.url(feed)];
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
  for (let channel = 0; channel < CHANNELS; channel += 1)
    for (const { title } of await openTranscript(directory, nameOf(channel)).entries())
      counts.set(title, (counts.get(title) ?? 0) + 1);
  return counts;
}

interface Run {
  readonly published: Set<string>;
  kills: number;
  /** Resident memory of the bot that lives, MB. */
  readonly samples: { atMs: number; value: number }[];
}

async function rounds(settings: BotSettings, farm: PollsFarm, count: number, endMs: number): Promise<Run> {
  const run: Run = { published: new Set(), kills: 0, samples: [] };
  const steady = startBot(settings);
  let victim: Bot = startBot(settings);
  await Promise.all([steady.ready, victim.ready]);
  let nextKillMs = Date.now() + KILL_EVERY_MS;
  for (let round = 0; Date.now() < endMs; round += 1) {
    for (let feed = round % CHANGING; feed < count; feed += CHANGING) run.published.add(farm.publish(feed));
    await pause(ROUND_MS);
    run.samples.push({ atMs: Date.now(), value: await residentMb(steady.pid) });
    if (Date.now() < nextKillMs) continue;
    run.kills += 1;
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

/**
 * Many feeds for a long time, two bots, one of them killed again and again: every entry once, memory flat, no host asked twice at
 * once, no feed sooner than it allows.
 */
export async function soakPolls({ root, feeds, seconds, maxAgeSeconds }: PollsSoakOptions): Promise<PollsSoakReport> {
  const directory = await mkdtemp(join(tmpdir(), "planetwire-soak-"));
  const [redis, farm, program] = [
    await startRedis(directory),
    await startPollsFarm(feeds, maxAgeSeconds),
    await compiledProgram(root),
  ];
  const log = createWriteStream(join(directory, "bots.log"));
  const settings = { program, redisUrl: redis.url, dataDirectory: directory, log, env: pacing(maxAgeSeconds) };
  try {
    await seed(redis.url, farm, feeds);
    const run = await rounds(settings, farm, feeds, Date.now() + seconds * 1000);
    const counts = await transcribed(directory);
    return {
      kills: run.kills,
      published: run.published.size,
      missing: (await lost(run, directory)).length,
      repeated: [...counts].filter(([, times]) => times > 1).length,
      ...farm.report(),
      firstMb: run.samples[0]?.value,
      lastMb: run.samples.at(-1)?.value,
      residentMb: trend(run.samples.slice(Math.floor(run.samples.length / 2))),
    };
  } finally {
    await redis.stop();
    await farm.close();
    await program.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

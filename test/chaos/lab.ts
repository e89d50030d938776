import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type BotSettings, wire } from "./bot.ts";
import { type ChannelCase, type Expected, judge, type Verdict } from "./check.ts";
import { type Farm, startFarm } from "./farm.ts";
import type { FarmFeed, PublishedEntry } from "./farm-feed.ts";
import { removeAtExit } from "./last-resort.ts";
import { type FilterPlan, type FollowPlan, type LabPlan, passes } from "./plans.ts";
import type { Program } from "./program.ts";
import { heldUrls } from "./held.ts";
import { startChaosCluster } from "./cluster.ts";
import { type RedisServer, startRedis } from "./redis.ts";
import { consoleSink, type Sink } from "./sink.ts";
import { until } from "./wait.ts";

export interface LabOptions {
  readonly program: Program;
  readonly seed: number;
  readonly plan: LabPlan;
  readonly trouble: boolean;
  /** From so many waiting entries of a feed on they are one digest; null for the usual number. */
  readonly digestFrom?: number | null;
  /** Opens the platform on which the bots post; null for the console. */
  readonly openSink: ((channels: readonly string[]) => Promise<Sink>) | null;
  /** Three nodes instead of one server. */
  readonly isCluster?: boolean;
  /** Leave the directory behind, for reading the logs. */
  readonly keep: boolean;
}

/** A feed farm, a Redis and a data directory, with every follow of the plan made and nothing published since. */
export interface Lab {
  readonly farm: Farm;
  readonly redis: RedisServer;
  readonly directory: string;
  readonly botSettings: BotSettings;
  readonly sink: Sink;
  /** What the channels show now. */
  verdict(): Promise<Verdict>;
  /** What bots found when they looked for uncertain posts, in words. */
  finds(): Promise<string>;
  /** Waits until nothing is lost, then as long again as a late repeat may take. */
  settle(limitMs: number): Promise<Verdict>;
  close(): Promise<void>;
}

interface Follow extends FollowPlan {
  /** Entries up to this one stood in the feed before it was followed. */
  readonly afterSequence: number;
}

/** Longer than settling time, lock and sweep of a hurried bot together. */
const lateRepeatMs = 4000;

export async function openLab(options: LabOptions): Promise<Lab> {
  const directory = await mkdtemp(join(tmpdir(), "planetwire-chaos-"));
  if (!options.keep) removeAtExit(directory);
  const dataDirectory = join(directory, "data");
  await Promise.all([mkdir(dataDirectory), mkdir(join(directory, "redis"))]);
  const log = createWriteStream(join(directory, "bots.log"));
  const redis = await (options.isCluster === true ? startChaosCluster : startRedis)(join(directory, "redis"));
  const farm = await startFarm({ seed: options.seed, plans: options.plan.feeds, trouble: options.trouble });
  const names = [...new Set(options.plan.follows.map(({ channel }) => channel))];
  const sink = await (options.openSink?.(names) ?? consoleSink(dataDirectory));
  const { digestFrom = null } = options;
  const env = { ...sink.env, ...(digestFrom === null ? {} : { DIGEST_FROM: String(digestFrom) }) };
  const botSettings: BotSettings = { program: options.program, redisUrl: redis.url, dataDirectory, log, env };
  const close = async (): Promise<void> => {
    await Promise.all([farm.close(), redis.kill(), sink.close(), endOf(log)]);
    if (!options.keep) await rm(directory, { recursive: true, force: true });
  };
  try {
    const follows = await follow(options.plan, farm, botSettings, sink);
    const verdict = async (): Promise<Verdict> => judge(await casesOf(follows, farm, sink, redis.ports));
    return {
      farm,
      redis,
      directory,
      botSettings,
      sink,
      verdict,
      finds: () => findsIn(join(directory, "bots.log")),
      settle: (limitMs) => settle(verdict, limitMs),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function isCurrent({ lost, stale }: Verdict): boolean {
  return lost + stale === 0;
}

async function settle(verdict: () => Promise<Verdict>, limitMs: number): Promise<Verdict> {
  await until(limitMs, async () => isCurrent(await verdict()), 200);
  await delay(lateRepeatMs);
  return await verdict();
}

async function endOf(log: Writable): Promise<void> {
  await new Promise<void>((resolve) => {
    log.end(resolve);
  });
}

/** One lane per host: a host is asked for one thing at a time. */
async function follow(plan: LabPlan, farm: Farm, settings: BotSettings, sink: Sink): Promise<readonly Follow[]> {
  if (plan.byImport === true) return await followByImport(plan, farm, settings, sink);
  const lanes = [...new Set(plan.feeds.map((feed) => feed.address))].map(async (address) => {
    const follows: Follow[] = [];
    for (const planned of plan.follows) {
      if (plan.feeds[planned.feed]?.address !== address) continue;
      follows.push(await followOne({ ...planned, channel: sink.channel(planned.channel) }, farm, settings));
    }
    return follows;
  });
  return (await Promise.all(lanes)).flat();
}

async function followByImport(plan: LabPlan, farm: Farm, settings: BotSettings, sink: Sink): Promise<Follow[]> {
  for (const name of new Set(plan.follows.map(({ channel }) => channel))) {
    const here = plan.follows.filter(({ channel }) => channel === name);
    const channel = sink.channel(name);
    const urls = here.map(({ feed }) => feedOf(farm, feed).url);
    const { data } = JSON.parse(await done(settings, channel, "import", ...urls, "--json")) as {
      data: { counts?: { followed: number } };
    };
    if (data.counts?.followed !== urls.length) throw new Error(`${channel}: ${JSON.stringify(data.counts)}`);
    for (const { feed, filter } of here) if (filter !== undefined) await limit(settings, channel, farm, feed, filter);
  }
  return plan.follows.map((planned) => ({
    ...planned,
    channel: sink.channel(planned.channel),
    afterSequence: feedOf(farm, planned.feed).published.length,
  }));
}

async function followOne(planned: FollowPlan, farm: Farm, settings: BotSettings): Promise<Follow> {
  const { channel, filter } = planned;
  const feed = feedOf(farm, planned.feed);
  await done(settings, channel, "follow", feed.url);
  if (filter !== undefined) await limit(settings, channel, farm, planned.feed, filter);
  return { ...planned, afterSequence: feed.published.length };
}

async function limit(settings: BotSettings, channel: string, farm: Farm, feed: number, filter: FilterPlan) {
  await done(settings, channel, filter.by, feedOf(farm, feed).url, filter.mode, ...filter.values);
}

function feedOf(farm: Farm, index: number): FarmFeed {
  const feed = farm.feeds[index];
  if (feed === undefined) throw new Error(`the plan has no feed ${index}`);
  return feed;
}

/** What it printed. */
async function done(settings: BotSettings, channel: string, ...command: readonly string[]): Promise<string> {
  const { code, output, problem } = await wire(settings, channel, ...command);
  if (code !== 0) throw new Error(`wire ${channel} ${command.join(" ")} ended with ${code}: ${problem}${output}`);
  return output;
}

async function casesOf(
  follows: readonly Follow[],
  farm: Farm,
  sink: Sink,
  redisPorts: readonly number[],
): Promise<ChannelCase[]> {
  const channels = [...new Set(follows.map(({ channel }) => channel))];
  return await Promise.all(
    channels.map(async (channel) => ({
      channel,
      expected: follows
        .filter((one) => one.channel === channel)
        .flatMap((one) => expectedOf(one, farm.feeds[one.feed]?.published ?? [])),
      transcript: await sink.transcript(channel),
      held: sink.platform === "console" ? [] : await heldUrls(redisPorts, channel),
    })),
  );
}

function expectedOf(follow: Follow, entries: readonly PublishedEntry[]): Expected[] {
  return entries.map((entry) => {
    const { feed, sequence, url, author } = entry.original ?? entry;
    const wanted = entry.sequence > follow.afterSequence && passes(follow.filter, entry);
    const { revision } = entry;
    return { feed, sequence, url, author, revision, wanted, ...(entry.original === undefined ? {} : { copied: true }) };
  });
}

async function findsIn(path: string): Promise<string> {
  const counts = new Map<string, number>();
  for (const [, found = ""] of (await readFile(path, "utf8")).matchAll(/"found":"([a-z-]+)"/g))
    counts.set(found, (counts.get(found) ?? 0) + 1);
  return [...counts].map(([found, count]) => `${found} ${count}`).join(" ") || "none";
}

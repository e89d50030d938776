import { createWriteStream, watch } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type BotSettings, wire } from "./bot.ts";
import { type ChannelCase, type Expected, judge, type Verdict } from "./check.ts";
import { type Farm, startFarm } from "./farm.ts";
import type { PublishedEntry } from "./farm-feed.ts";
import { removeAtExit } from "./last-resort.ts";
import { type FollowPlan, type LabPlan, passes } from "./plans.ts";
import type { Program } from "./program.ts";
import { type RedisServer, startRedis } from "./redis.ts";
import { Occasion, until } from "./wait.ts";

export interface LabOptions {
  readonly program: Program;
  readonly seed: number;
  readonly plan: LabPlan;
  readonly trouble: boolean;
  /** Leave the directory behind, for reading the logs. */
  readonly keep: boolean;
}

/** A feed farm, a Redis and a data directory, with every follow of the plan made and nothing published since. */
export interface Lab {
  readonly farm: Farm;
  readonly redis: RedisServer;
  readonly directory: string;
  readonly botSettings: BotSettings;
  /** A message was written to a transcript, which for the console is its arrival. */
  readonly messagePosted: Occasion;
  /** What the channels' transcripts say now. */
  verdict(): Promise<Verdict>;
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
  await Promise.all([mkdir(join(dataDirectory, "console"), { recursive: true }), mkdir(join(directory, "redis"))]);
  const log = createWriteStream(join(directory, "bots.log"));
  const redis = await startRedis(join(directory, "redis"));
  const farm = await startFarm({ seed: options.seed, plans: options.plan.feeds, trouble: options.trouble });
  const botSettings: BotSettings = { program: options.program, redisUrl: redis.url, dataDirectory, log };
  const messagePosted = new Occasion();
  const transcripts = watch(join(dataDirectory, "console"), () => messagePosted.happens());
  const close = async (): Promise<void> => {
    transcripts.close();
    await Promise.all([farm.close(), redis.kill(), endOf(log)]);
    if (!options.keep) await rm(directory, { recursive: true, force: true });
  };
  try {
    const follows = await follow(options.plan, farm, botSettings);
    const verdict = async (): Promise<Verdict> => judge(await casesOf(follows, farm, dataDirectory));
    return {
      farm,
      redis,
      directory,
      botSettings,
      messagePosted,
      verdict,
      settle: (limitMs) => settle(verdict, limitMs),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function settle(verdict: () => Promise<Verdict>, limitMs: number): Promise<Verdict> {
  await until(limitMs, async () => (await verdict()).lost === 0, 200);
  await delay(lateRepeatMs);
  return await verdict();
}

async function endOf(log: Writable): Promise<void> {
  await new Promise<void>((resolve) => {
    log.end(resolve);
  });
}

/** One lane per host: a host is asked for one thing at a time. */
async function follow(plan: LabPlan, farm: Farm, settings: BotSettings): Promise<readonly Follow[]> {
  const lanes = [...new Set(plan.feeds.map((feed) => feed.address))].map(async (address) => {
    const follows: Follow[] = [];
    for (const planned of plan.follows) {
      if (plan.feeds[planned.feed]?.address === address) follows.push(await followOne(planned, farm, settings));
    }
    return follows;
  });
  return (await Promise.all(lanes)).flat();
}

async function followOne(planned: FollowPlan, farm: Farm, settings: BotSettings): Promise<Follow> {
  const { channel, filter } = planned;
  const feed = farm.feeds[planned.feed];
  if (feed === undefined) throw new Error(`the plan has no feed ${planned.feed}`);
  await done(settings, channel, "follow", feed.url);
  if (filter !== undefined) await done(settings, channel, filter.by, feed.url, filter.mode, ...filter.values);
  return { ...planned, afterSequence: feed.published.length };
}

async function done(settings: BotSettings, channel: string, ...command: readonly string[]): Promise<void> {
  const { code, output, problem } = await wire(settings, channel, ...command);
  if (code !== 0) throw new Error(`wire ${channel} ${command.join(" ")} ended with ${code}: ${problem}${output}`);
}

async function casesOf(follows: readonly Follow[], farm: Farm, dataDirectory: string): Promise<ChannelCase[]> {
  const channels = [...new Set(follows.map(({ channel }) => channel))];
  return await Promise.all(
    channels.map(async (channel) => ({
      channel,
      expected: follows
        .filter((one) => one.channel === channel)
        .flatMap((one) => expectedOf(one, farm.feeds[one.feed]?.published ?? [])),
      transcript: await readTranscript(join(dataDirectory, "console", `${channel.replace("console:", "")}.log`)),
    })),
  );
}

function expectedOf(follow: Follow, entries: readonly PublishedEntry[]): Expected[] {
  return entries.map((entry) => ({
    feed: entry.feed,
    sequence: entry.sequence,
    url: entry.url,
    wanted: entry.sequence > follow.afterSequence && passes(follow.filter, entry),
  }));
}

async function readTranscript(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

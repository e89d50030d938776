import { DEFAULT_SETTINGS } from "../src/follow/settings.ts";
import { READING_VERSION } from "../src/feed/entry.ts";
import { shardOf } from "../src/poll/shards.ts";
import { dueKey, feedKeys } from "../src/store/keys.ts";
import { etagOf, lastModifiedOf, PLAIN_FARM } from "./farm-plan.ts";
import { checked } from "./polls.ts";
import {
  channelOf,
  feedId,
  memoryOf,
  openStage,
  type ProductRound,
  productRound,
  type Stage,
  startProducts,
} from "./stage.ts";
import { median } from "./statistics.ts";

/** One process with ever more feeds, then two with the most. Every poll is a 304 over a new connection, as in the wild. */

export const SIZES: readonly number[] = [1000, 10_000, 100_000];
/** The process is warm after so many polls, whatever the size. */
const WARM_UP_POLLS = 20_000;
const MEASURED_ROUNDS = 3;
const SETTLED_MS = 86_400_000;

interface Size {
  readonly feeds: number;
  readonly processes: number;
  readonly cpuMsPerPoll: number;
  readonly pollsPerSecond: number;
  readonly peakRssMb: number;
}

export async function growth(counts: readonly number[]): Promise<string> {
  const sizes: Size[] = [];
  for (const feeds of counts) sizes.push(await measure(feeds, 1));
  sizes.push(await measure(counts.at(-1) ?? 0, 2));
  const base = sizes[0]?.cpuMsPerPoll ?? Number.NaN;
  const line = (size: Size): string =>
    `| ${String(size.feeds)} | ${String(size.processes)} | ${size.cpuMsPerPoll.toFixed(3)} (${(size.cpuMsPerPoll / base).toFixed(2)} ×) | ${size.pollsPerSecond.toFixed(0)} | ${size.peakRssMb.toFixed(0)} |`;
  const head =
    "| feeds | processes | CPU ms per poll | polls a second | peak RSS of the first, MB |\n|---|---|---|---|---|";
  const limits = "At 100,000 feeds: CPU per poll ≤ 1.3 × that at 1,000, at most 600 MB a process.";
  return [head, ...sizes.map(line), "", limits].join("\n");
}

async function measure(feeds: number, processes: number): Promise<Size> {
  const plan = { ...PLAIN_FARM, feeds };
  const stage = await openStage({ plan, withFloor: false, products: processes });
  try {
    await seed(stage);
    await startProducts(stage);
    const all = { status200: 0, status304: feeds };
    const round = async (): Promise<ProductRound> => {
      await stage.farm.ask("dropConnections");
      return checked(await productRound(stage, 0, feeds), all, `${String(feeds)} feeds`);
    };
    for (let polls = 0; polls < WARM_UP_POLLS; polls += feeds) await round();
    const rounds: ProductRound[] = [];
    for (let i = 0; i < MEASURED_ROUNDS; i += 1) rounds.push(await round());
    return {
      feeds,
      processes,
      cpuMsPerPoll: median(rounds.map((round) => round.cpuMs)) / feeds,
      pollsPerSecond: feeds / (median(rounds.map((round) => round.wallMs)) / 1000),
      peakRssMb: (await memoryOf(stage)).peakRssMb,
    };
  } finally {
    await stage.close();
  }
}

/** Feeds as their first poll leaves them but for the entries, which a 304 does not touch; 100,000 first polls take minutes. */
export async function seed(stage: Stage): Promise<void> {
  const { feeds } = stage.plan;
  const nowMs = await stage.store.nowMs();
  for (let from = 0; from < feeds; from += 1000) {
    const count = Math.min(1000, feeds - from);
    const commands = Array.from({ length: count }, (_, i) => seedOne(stage, from + i, nowMs));
    await stage.redis.batch(commands.flat());
  }
}

function seedOne(stage: Stage, feed: number, nowMs: number) {
  const { state, followers } = feedKeys(feedId(feed));
  const follower = `1019 1 ${JSON.stringify(DEFAULT_SETTINGS)}`;
  return [
    ["hset", state, ...Object.entries(stateOf(stage, feed, nowMs)).flat()],
    ["hset", followers, channelOf(feed), follower],
    ["zadd", dueKey(shardOf(stage.urlOf(feed), stage.store.shardCount)), nowMs + SETTLED_MS, feedId(feed)],
  ] as const;
}

function stateOf(stage: Stage, feed: number, nowMs: number): Record<string, string | number> {
  return {
    url: stage.urlOf(feed),
    title: `Blog ${String(feed)}`,
    siteUrl: `https://blog-${String(feed)}.example.org/`,
    etag: etagOf(feed, 0),
    lastModified: lastModifiedOf(0),
    bodyHash: feedId(feed).repeat(4).slice(0, 43),
    readingVersion: READING_VERSION,
    read: 1,
    seq: 20,
    intervalMs: 900_000,
    lastOkAtMs: nowMs,
    readAtMs: nowMs,
    watchedMs: 0,
    ttlMs: "",
    failures: 0,
    failingSinceMs: 0,
    failure: "",
    gone: 0,
  };
}

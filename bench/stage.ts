import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_SETTINGS } from "../src/follow/settings.ts";
import { shardOf } from "../src/poll/shards.ts";
import { dueKey, feedKeys } from "../src/store/keys.ts";
import { Store } from "../src/store/store.ts";
import { type Child, startChild } from "./child.ts";
import type { Memory } from "./cpu.ts";
import type { Round } from "./farm.ts";
import type { FloorRound, FloorWork } from "./floor.ts";
import { type FarmPlan, urlOf } from "./farm-plan.ts";
import { type BenchRedis, type RedisKind, startRedis, startTcpRedis } from "./redis.ts";

/** The measured process has a core of its own; the farm and Redis share another. */
const MEASURED_CORE = 0;
const OTHER_CORE = 1;
const FEEDS_PER_CHANNEL = 10;
/** Due times further away than this are definitive ones: the farm says `max-age=86400`. */
const DEFINITIVE_MS = 3_600_000;
/** However slow the machine is, a round that takes longer does not end. */
const ROUND_LIMIT_MS = 60_000;
const LIMIT_MS_PER_FEED = 100;
const LOOK_MS = 10;

export interface StageOptions {
  readonly plan: FarmPlan;
  readonly products?: number;
  readonly withFloor?: boolean;
  /** A unix socket where left out. */
  readonly redis?: RedisKind;
  /** More of the product's own settings. */
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
}

/** A round of the product, and what the farm saw of it. */
export interface ProductRound extends Round {
  readonly cpuMs: number;
}

export interface Stage {
  readonly plan: FarmPlan;
  readonly farm: Child;
  readonly floor: Child | null;
  readonly products: readonly Child[];
  readonly redis: BenchRedis;
  readonly store: Store;
  readonly port: number;
  readonly directory: string;
  urlOf(feed: number): string;
  close(): Promise<void>;
}

export function feedId(feed: number): string {
  return `feed${String(feed).padStart(8, "0")}`;
}

export function channelOf(feed: number): string {
  return `loopback:c${String(Math.floor(feed / FEEDS_PER_CHANNEL))}`;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const directory = mkdtempSync(join(tmpdir(), "pw-bench-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  const { plan } = options;
  const { redis: kind = "socket" } = options;
  const redis =
    kind === "socket" ? await startRedis(directory, OTHER_CORE) : await startTcpRedis(directory, OTHER_CORE, kind);
  const farm = startChild("farm.ts", { core: OTHER_CORE });
  const { port } = await farm.ask<{ port: number }>("start", { plan, directory });
  const root: Record<string, string> = plan.tls ? { NODE_EXTRA_CA_CERTS: join(directory, "root.pem") } : {};
  const processes = { core: MEASURED_CORE, env: root };
  const floor = options.withFloor === false ? null : startChild("floor.ts", processes);
  const nodeArguments = options.nodeArguments ?? [];
  const products = Array.from({ length: options.products ?? 1 }, (_, n) =>
    startChild("product.ts", { ...processes, core: n === 0 ? MEASURED_CORE : OTHER_CORE, nodeArguments }),
  );
  const store = await openStore(redis.url, directory);
  const close = async (): Promise<void> => {
    await Promise.all([...products, farm, ...(floor === null ? [] : [floor])].map(async (child) => await child.stop()));
    await store.close();
    await redis.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  const address = (feed: number): string => urlOf(feed, port, plan.tls);
  return { plan, farm, floor, products, redis, store, port, directory, urlOf: address, close };
}

async function openStore(redisUrl: string, dataDir: string): Promise<Store> {
  const onError = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
  return await Store.open({ redisUrl, dataDir, lockMs: 5000, role: "command", onError, onWarning: () => undefined });
}

/** Starts the product's processes. Their feeds may be due already. */
export async function startProducts(stage: Stage, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const env = {
    REDIS_URL: stage.redis.url,
    DATA_DIR: stage.directory,
    ALLOW_PRIVATE_NETWORKS: "127.0.0.0/8",
    POLL_MIN_SECONDS: "0.25",
    POLL_MAX_SECONDS: "86400",
    // One sweep at the start; what a sweep costs is measured apart.
    SWEEP_SECONDS: "3600",
    ...more,
  };
  const platformUrl = `http://127.0.0.1:${String(stage.port)}/messages`;
  for (const product of stage.products) await product.ask("start", { env, platformUrl, logLevel: "error" });
}

/** Feeds from `from` to `to` as `follow` leaves them before their first poll, each followed by one channel. */
export async function followFeeds(stage: Stage, from: number, to: number): Promise<void> {
  const { feeds, channels, shardCount } = stage.store;
  const one = async (feed: number): Promise<void> => {
    const id = feedId(feed);
    const url = stage.urlOf(feed);
    await feeds.alias(url, id);
    await feeds.setState(id, { url, title: `Blog ${String(feed)}` });
    await channels.register(channelOf(feed));
    const followId = (await channels.beginFollow(channelOf(feed), id, 1000)) ?? "";
    await feeds.followers.commit(id, channelOf(feed), followId, JSON.stringify(DEFAULT_SETTINGS));
    await feeds.schedule.add(shardOf(url, shardCount), id, 10 * DEFINITIVE_MS);
  };
  for (let feed = from; feed < to; feed += 100)
    await Promise.all(Array.from({ length: Math.min(100, to - feed) }, (_, i) => one(feed + i)));
}

/** Makes the feeds look unread, as on their first poll; numbers go on, since a channel takes only higher ones. */
export async function forgetReadings(stage: Stage, from: number, to: number): Promise<void> {
  const pipeline = stage.redis.client.pipeline();
  for (let feed = from; feed < to; feed += 1) {
    const { state, seen, entries, authors } = feedKeys(feedId(feed));
    const seq = (await stage.redis.client.hget(state, "seq")) ?? "0";
    pipeline.del(state, seen, entries, authors);
    pipeline.hset(state, { url: stage.urlOf(feed), title: `Blog ${String(feed)}`, seq });
  }
  await pipeline.exec();
}

/** `spreadMs` apart, or all at once. */
async function makeDue(stage: Stage, from: number, to: number, spreadMs: number): Promise<void> {
  const nowMs = Date.now();
  const times = Array.from({ length: to - from }, (_, i) => {
    const shard = shardOf(stage.urlOf(from + i), stage.store.shardCount);
    return ["zadd", dueKey(shard), nowMs + i * spreadMs, feedId(from + i)] as const;
  });
  await stage.redis.batch(times);
}

/** How many feeds have no definitive time yet. Redis runs on this machine, so its clock is ours. */
async function unsettled(stage: Stage): Promise<number> {
  const counts = await stage.redis.batch(
    Array.from({ length: stage.store.shardCount }, (_, shard) => {
      return ["zcount", dueKey(shard), "-inf", Date.now() + DEFINITIVE_MS] as const;
    }),
  );
  return counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

/** One poll of each feed from `from` to `to`, until the last one's definitive time is written and `messages` have been posted. */
export async function productRound(
  stage: Stage,
  from: number,
  to: number,
  { messages = 0, spreadMs = 0 } = {},
): Promise<ProductRound> {
  await stage.farm.ask("beginRound");
  const before = await cpuOf(stage);
  await makeDue(stage, from, to, spreadMs);
  const started = Date.now();
  for (;;) {
    await sleep(LOOK_MS);
    const left = await unsettled(stage);
    const posted = messages === 0 ? 0 : await stage.farm.ask<number>("accepted");
    if (left === 0 && posted >= messages) break;
    if (Date.now() - started > ROUND_LIMIT_MS + (to - from) * LIMIT_MS_PER_FEED)
      throw new Error(`the round did not end: ${String(left)} feeds without a time, ${String(posted)} messages`);
  }
  const spent = (await cpuOf(stage)) - before;
  return { ...(await stage.farm.ask<Round>("endRound")), cpuMs: spent };
}

async function cpuOf(stage: Stage): Promise<number> {
  const all = await Promise.all(stage.products.map(async (product) => await product.ask<number>("cpuMs")));
  return all.reduce((sum, ms) => sum + ms, 0);
}

export interface FloorOptions {
  readonly work?: FloorWork;
  readonly unconditional?: boolean;
  readonly keepAlive?: boolean;
}

/** The same polls by the floor. */
export async function floorRound(
  stage: Stage,
  from: number,
  to: number,
  { work = "raw", unconditional = false, keepAlive = true }: FloorOptions = {},
): Promise<ProductRound> {
  if (stage.floor === null) throw new Error("this stage has no floor");
  const urls = Array.from({ length: to - from }, (_, i) => stage.urlOf(from + i));
  await stage.farm.ask("beginRound");
  const { cpuMs } = await stage.floor.ask<FloorRound>("round", { urls, work, unconditional, keepAlive });
  return { ...(await stage.farm.ask<Round>("endRound")), cpuMs };
}

export async function memoryOf(stage: Stage): Promise<Memory> {
  const [product] = stage.products;
  if (product === undefined) throw new Error("no product runs");
  return await product.ask<Memory>("memory");
}

/** The next request to each host needs a new connection, on both sides. */
export async function dropConnections(stage: Stage): Promise<void> {
  await stage.floor?.ask("dropConnections");
  await stage.farm.ask("dropConnections");
  await sleep(50);
}

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { PollResult } from "./poll-feed.ts";

/** Polls at once in one shard. A slow host takes one of these places, never more. */
const CONCURRENCY = 32;
/** How often a shard looks again while polls are under way. */
const LOOK_MS = 250;
/** How long a shard without due feeds rests: as long as the shortest interval, within these bounds. */
const LEAST_REST_MS = 250;
const MOST_REST_MS = 5000;
const BUSY_RETRY_MS = 500;
/** Until a crashed poll is tried again, at least. */
const PROVISIONAL_FLOOR_MS = 1000;

/** Feeds of one host share a shard. */
export function shardOf(url: string, count: number): number {
  return createHash("sha256").update(new URL(url).hostname).digest().readUInt32BE(0) % count;
}

export function shardJobs(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `shard-${String(n)}`);
}

export interface ShardDeps {
  readonly feeds: FeedStore;
  readonly poll: (feedId: string, signal: AbortSignal) => Promise<PollResult>;
  readonly minMs: number;
  /** The shard that a URL belongs to. */
  readonly home: (url: string) => number;
  readonly log: Logger;
}

/** Polls what is due in a shard until nothing is. Returns how long it may rest. */
export async function runShard(deps: ShardDeps, shard: number, signal: AbortSignal): Promise<number> {
  const running = new Map<string, Promise<void>>();
  const longestMs = Math.min(Math.max(deps.minMs, LEAST_REST_MS), MOST_REST_MS);
  let restMs = longestMs;
  while (!signal.aborted) {
    const { ids, nextDueMs } = await deps.feeds.claimDue(
      shard,
      CONCURRENCY - running.size,
      Math.max(deps.minMs, PROVISIONAL_FLOOR_MS),
    );
    for (const id of ids) {
      // Slower than its provisional time: the poll under way will write the definitive one.
      if (running.has(id)) continue;
      running.set(
        id,
        pollOne(deps, shard, id, signal).finally(() => running.delete(id)),
      );
    }
    restMs = Math.min(nextDueMs ?? longestMs, longestMs);
    if (running.size === 0) break;
    await Promise.race([...running.values(), sleep(LOOK_MS)]);
  }
  await Promise.all(running.values());
  return signal.aborted ? 0 : restMs;
}

async function pollOne(deps: ShardDeps, shard: number, feedId: string, signal: AbortSignal): Promise<void> {
  try {
    const result = await deps.poll(feedId, signal);
    if (signal.aborted) return;
    await settleDue(deps, shard, feedId, result);
  } catch (error) {
    if (!signal.aborted) deps.log.error({ err: error, feedId }, "poll broke off");
  }
}

async function settleDue({ feeds, home }: ShardDeps, shard: number, feedId: string, result: PollResult): Promise<void> {
  switch (result.kind) {
    case "stop":
      return await feeds.unschedule(shard, feedId);
    case "busy":
      return await feeds.reschedule(shard, feedId, BUSY_RETRY_MS * (1 + Math.random()));
    case "polled": {
      const { nextInMs, url } = result;
      return home(url) === shard
        ? await feeds.reschedule(shard, feedId, nextInMs)
        : await feeds.moveDue(shard, home(url), feedId, nextInMs);
    }
  }
}

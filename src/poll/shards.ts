import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { shardOfHost } from "../store/host-shard.ts";
import type { PollResult } from "./poll-feed.ts";

/** Polls at once in one shard. A slow host takes one of these places, never more. */
const CONCURRENCY = 32;
/** Places are filled again when so many are free: a claim for each would cost as much as the poll's other commands. */
const CLAIM_AT_LEAST = 8;
/** How often a shard looks for what has become due: a feed may be so much late. */
const LOOK_MS = 250;
/** How long a shard without due feeds rests: as long as the shortest interval, within these bounds. */
const LEAST_REST_MS = 250;
const MOST_REST_MS = 5000;
/**
 * Where much is due, a shorter rest is taken within the turn: a turn costs as much as several polls do. Other processes are given
 * turns of the shard, too; and who is killed between two turns holds up nobody.
 */
const SHORT_REST_MS = 500;
const TURN_MS = 5000;
const BUSY_RETRY_MS = 500;
/** The same where feeds met a host that was busy: the one that asks when it is free again has its turn. */
const CONTENDED_REST_MS = 50;
/** Until a crashed poll is tried again, at least; a feed's own interval counts where it is longer. */
const PROVISIONAL_FLOOR_MS = 1000;
/** A poll that waits for its place longer than this share of that time is given up: by its end another process may ask. */
const HELD_SHARE = 0.5;

/** `isHeld`: whether nobody else can have claimed the feed meanwhile. To be asked right before the feed is. */
export type PollClaimed = (feedId: string, signal: AbortSignal, isHeld: () => boolean) => Promise<PollResult | Late>;

/** The feed was not asked, since its claim had nearly run out. The schedule brings it again. */
export interface Late {
  readonly kind: "late";
}

/** Feeds of one host share a shard. */
export function shardOf(url: string, count: number): number {
  return shardOfHost(new URL(url).hostname, count);
}

export function shardJobs(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `shard-${String(n)}`);
}

export interface ShardDeps {
  readonly feeds: FeedStore;
  readonly poll: PollClaimed;
  readonly minMs: number;
  /** How long a turn may last through rests; `TURN_MS` where left out. */
  readonly turnMs?: number;
  /** The shard that a URL belongs to. */
  readonly home: (url: string) => number;
  readonly log: Logger;
}

/** Polls what is due in a shard, as long as there soon is something. Returns how long it may rest. */
export async function runShard(deps: ShardDeps, shard: number, signal: AbortSignal): Promise<number> {
  const running = new Places();
  const longestMs = Math.min(Math.max(deps.minMs, LEAST_REST_MS), MOST_REST_MS);
  const endMs = performance.now() + (deps.turnMs ?? TURN_MS);
  let restMs = longestMs;
  let claimed = 0;
  let isContended = false;
  const provisionalMs = Math.max(deps.minMs, PROVISIONAL_FLOOR_MS);
  const poll = async (id: string, isHeld: () => boolean): Promise<void> => {
    if ((await pollOne(deps, shard, id, signal, isHeld)) === "busy") isContended = true;
  };
  while (!signal.aborted) {
    const free = CONCURRENCY - running.size;
    const heldUntilMs = performance.now() + provisionalMs * HELD_SHARE;
    const { ids, nextDueMs } = await deps.feeds.schedule.claimDue(shard, free, provisionalMs);
    const isHeld = (): boolean => performance.now() < heldUntilMs;
    // Slower than its provisional time: the poll under way will write the definitive one.
    for (const id of ids) if (!running.has(id)) running.take(id, poll(id, isHeld));
    restMs = Math.max(Math.min(nextDueMs ?? longestMs, longestMs), isContended ? CONTENDED_REST_MS : LEAST_REST_MS);
    claimed += ids.length;
    const mostMs = isContended ? 2 * BUSY_RETRY_MS : SHORT_REST_MS;
    const isBusy = claimed >= CLAIM_AT_LEAST && restMs <= mostMs && performance.now() + restMs < endMs;
    if (running.size === 0 && !isBusy) break;
    if (ids.length === free) await running.atMost(CONCURRENCY - CLAIM_AT_LEAST, LOOK_MS);
    else if (isBusy) await sleep(restMs, undefined, { signal }).catch(() => undefined);
    else await running.atMost(0, LOOK_MS);
  }
  await running.atMost(0, null);
  return signal.aborted ? 0 : restMs;
}

/** The polls under way. */
class Places {
  readonly #taken = new Set<string>();
  #onFreed: () => void = () => undefined;

  get size(): number {
    return this.#taken.size;
  }

  has(id: string): boolean {
    return this.#taken.has(id);
  }

  take(id: string, poll: Promise<void>): void {
    this.#taken.add(id);
    void poll.finally(() => {
      this.#taken.delete(id);
      this.#onFreed();
    });
  }

  /** Until no more than `count` are taken, or `withinMs` are over (null: however long it takes). */
  async atMost(count: number, withinMs: number | null): Promise<void> {
    if (this.size <= count) return;
    await new Promise<void>((resolve) => {
      const timer = withinMs === null ? undefined : setTimeout(resolve, withinMs);
      this.#onFreed = () => {
        if (this.size > count) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function pollOne(
  deps: ShardDeps,
  shard: number,
  feedId: string,
  signal: AbortSignal,
  isHeld: () => boolean,
): Promise<(PollResult | Late)["kind"] | undefined> {
  try {
    const result = await deps.poll(feedId, signal, isHeld);
    if (!signal.aborted) await settleDue(deps, shard, feedId, result);
    return result.kind;
  } catch (error) {
    if (!signal.aborted) deps.log.error({ err: error, feedId }, "poll broke off");
    return undefined;
  }
}

async function settleDue(
  { feeds, home }: ShardDeps,
  shard: number,
  feedId: string,
  result: PollResult | Late,
): Promise<void> {
  switch (result.kind) {
    case "late":
      return;
    case "stop":
      return await feeds.schedule.remove(shard, feedId);
    case "busy":
      return await feeds.schedule.postpone(shard, feedId, BUSY_RETRY_MS * (1 + Math.random()));
    case "polled": {
      const { nextInMs, url } = result;
      return home(url) === shard
        ? await feeds.schedule.setDefinitive(shard, feedId, nextInMs)
        : await feeds.schedule.move(shard, home(url), feedId, nextInMs);
    }
  }
}

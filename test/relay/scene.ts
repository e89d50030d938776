import { setTimeout as pause } from "node:timers/promises";
import type { Filter } from "../../src/follow/filter.ts";
import type { RawEntry } from "../../src/feed/entry.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { type DeliverDeps, drainChannel } from "../../src/relay/deliver.ts";
import { entryId } from "../../src/relay/item.ts";
import type { LedgerRow } from "../../src/store/ledger-store.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { never, silent } from "../poll/polling.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, type RealRedis } from "../store/real-redis.ts";
import { type Message, Platform } from "./platform.ts";
import { fanOut } from "./work.ts";

/** Long enough for a busy machine. */
const ATTEMPT_MS = 5000;
/** For tests of what comes after the deadline. */
export const SHORT_ATTEMPT_MS = 200;
/** Longer than the last word that a post has after its deadline. */
export const SETTLE_MS = 400;

/** A channel that follows feeds on a platform of its own. */
export interface Scene {
  readonly channel: string;
  readonly feedId: string;
  readonly platform: Platform;
  readonly deps: DeliverDeps;
  /** A feed like `feedId`, followed by the same channel. */
  readonly anotherFeed: (filter?: Filter) => Promise<string>;
  /** The entries with these numbers appear in the feed and reach the outbox. */
  readonly publish: (numbers: readonly number[], feedId?: string, values?: Partial<RawEntry>) => Promise<void>;
  /** One run of the channel's work. */
  readonly drain: (deps?: Partial<DeliverDeps>) => Promise<number | null>;
  /** Runs it as the queue would, until nothing more is to do. */
  readonly drainAll: (deps?: Partial<DeliverDeps>) => Promise<void>;
  /** Whatever the delivery under way and what goes into threads wait for is over. */
  readonly timePasses: () => Promise<void>;
  readonly messages: () => readonly Message[];
  /** Titles of all entries that were posted, in order. */
  readonly posted: () => readonly string[];
  readonly row: (number: number, feedId?: string) => Promise<LedgerRow | null>;
}

export async function openScene(real: RealRedis, filter?: Filter): Promise<Scene> {
  const channel = freshChannel();
  const platform = new Platform();
  const { feeds, channels } = real;
  const deps = deliverDeps(real, platform);
  async function anotherFeed(filter?: Filter): Promise<string> {
    const id = freshFeedId();
    await feeds.setState(id, { url: `https://${id}.example/feed`, title: "A feed" });
    await recordDocument(feeds, id, documentOf([]), true, LIMITS);
    await follow(real, channel, id, filter);
    return id;
  }
  const feedId = await anotherFeed(filter);
  async function drain(changes: Partial<DeliverDeps> = {}): Promise<number | null> {
    return await drainChannel({ ...deps, ...changes }, channel, never);
  }
  return {
    channel,
    feedId,
    platform,
    deps,
    anotherFeed,
    async publish(numbers, id = feedId, values = {}) {
      const entries = numbers.map((n) => entry(n, values));
      await recordDocument(feeds, id, documentOf(entries), true, LIMITS);
      await fanOut(real, id);
    },
    drain,
    drainAll: async (changes) => await drainAll({ ...deps, ...changes }, channel),
    async timePasses() {
      const { sending, detailsDue } = channelKeys(channel);
      // Where all is forgotten, anything may stand there.
      const due = (await real.redis.type(detailsDue)) === "zset" ? await real.redis.zrange(detailsDue, "0", "-1") : [];
      for (const id of due) await real.redis.zadd(detailsDue, 0, id);
      if ((await real.redis.exists(sending)) === 1) await real.redis.hset(sending, { deadlineAt: 0, notBefore: 0 });
    },
    messages: () => platform.messages(channel),
    posted: () => posted({ platform }, channel),
    row: async (number, id = feedId) => await channels.ledgerRow(channel, entryId(id, number)),
  };
}

export function deliverDeps({ feeds, channels, links }: RealRedis, adapter: Platform): DeliverDeps {
  return {
    adapter,
    feeds,
    channels,
    links,
    digestFrom: 5,
    installation: "test",
    restoration: null,
    attemptMs: ATTEMPT_MS,
    settleMs: SETTLE_MS,
    cut: never,
    log: silent,
  };
}

/** Runs a channel's work as the queue would, until nothing more is to do. */
export async function drainAll(deps: DeliverDeps, channel: string): Promise<void> {
  const drain = async (): Promise<number | null> => await drainChannel(deps, channel, never);
  for (let again = await drain(); again !== null; again = await drain()) await pause(again);
}

/** Titles of all entries that were posted in a channel, in order. */
export function posted({ platform }: Pick<Scene, "platform">, channel: string): string[] {
  return platform.messages(channel).flatMap(({ entries }) => entries);
}

export function titles(...numbers: readonly number[]): string[] {
  return numbers.map((n) => `Post ${String(n)}`);
}

import type { Redis } from "./connection.ts";
import { unfollow } from "./channel-scripts.ts";
import { channelKeys, feedKeys } from "./keys.ts";
import { noteBecame } from "./link-scripts.ts";
import * as scripts from "./moves-scripts.ts";
import { run, strings, toJson } from "./script.ts";

/** Up to where a channel gets the entries of a feed that it leaves. */
export interface Leaving {
  readonly lastNumber: number;
  /** When the feed had last been read, in ms of Redis time. */
  readonly lastReadAtMs: number;
}

/** What identity says of an entry; as in `Sighting`. */
interface Identified {
  readonly testKeys: readonly string[];
  readonly keys: readonly string[];
  readonly wholeKey: string;
  readonly keepWhole: boolean;
}

/** Follows on their way from one feed to another, in the channel's slot and in the feed's. */
export class MovesStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Feed id → the feed where its follow goes. */
  async of(channel: string): Promise<Map<string, string>> {
    const all = await this.#redis.hgetall(channelKeys(channel).moves);
    return new Map(Object.entries(all).map(([from, row]) => [from, row.split(" ")[0] ?? ""]));
  }

  /** Returns where it goes, which is what was said first. */
  async note(channel: string, from: string, into: string): Promise<string> {
    return String(await run(this.#redis, scripts.note, [channelKeys(channel).moves], [from, into]));
  }

  /** The feed that it goes to has become another one. */
  async turn(channel: string, from: string, goal: string, into: string): Promise<void> {
    await run(this.#redis, scripts.turn, [channelKeys(channel).moves], [from, goal, into]);
  }

  /** The id of the follow there; null when it was unfollowed since. */
  async enter(channel: string, from: string): Promise<string | null> {
    const k = channelKeys(channel);
    const id = String(await run(this.#redis, scripts.enter, [k.moves, k.follows, k.meta], [from]));
    return id === "" ? null : id;
  }

  async forget(channel: string, from: string): Promise<void> {
    await this.#redis.hdel(channelKeys(channel).moves, from);
  }

  /** Unfollows the feed that is left, as `ChannelStore.unfollow` does, unless the follow does not go anywhere any more. */
  async unfollow(channel: string, from: string): Promise<void> {
    const k = channelKeys(channel);
    await run(this.#redis, unfollow, [k.follows, k.outbox, k.ledger, k.ledgerTimes, k.moves], [from]);
  }

  /** The follow stays after all, and the one of the goal that was begun for it ends. */
  async stay(channel: string, from: string, goal: string): Promise<void> {
    const k = channelKeys(channel);
    await run(this.#redis, scripts.stay, [k.moves, k.follows], [from, goal]);
  }

  /** @param lastNumber up to where the follower has everything; "" where a merge will say. False when the feed has another last number. */
  async comeBack(feedId: string, channel: string, goal: string, lastNumber: string): Promise<boolean> {
    const k = feedKeys(feedId);
    const keys = [k.state, k.followers, k.leaving];
    return (await run(this.#redis, scripts.comeBack, keys, [channel, goal, lastNumber])) === 1;
  }

  /** Up to which entry a channel that leaves a feed gets it; null when it does not leave. */
  async leftBehind(feedId: string, channel: string): Promise<number | null> {
    const row = await this.#redis.hget(feedKeys(feedId).leaving, channel);
    return row === null || row.startsWith("back ") ? null : Number(row.split(" ")[0]);
  }

  /** What both had is met under links as of one feed, see `WaitingRoom`. Before anything of the other one may go out for it. */
  async became(channel: string, from: string, into: string): Promise<void> {
    const k = channelKeys(channel);
    await run(this.#redis, noteBecame, [k.links, k.linkTimes], [from, into]);
  }

  /** null when the channel does not follow, or has not yet begun to, or came back from there. */
  async leave(feedId: string, channel: string, followId: string, goal: string): Promise<Leaving | null> {
    const k = feedKeys(feedId);
    const keys = [k.state, k.followers, k.leaving];
    const row = String(await run(this.#redis, scripts.leave, keys, [channel, followId, goal]));
    if (row === "") return null;
    const [lastNumber = 0, lastReadAtMs = 0] = row.split(" ").map(Number);
    return { lastNumber, lastReadAtMs };
  }

  /** The numbers that the entries of a document have in a feed, 0 for one that it has not seen. */
  async numbersOf(
    feedId: string,
    entries: readonly Identified[],
    doubtfulKeys: readonly string[],
  ): Promise<readonly number[]> {
    if (entries.length === 0) return [];
    const rows = entries.map((e) => ({ t: e.testKeys, k: e.keys, w: e.wholeKey, s: e.keepWhole }));
    const header = toJson({ entries: rows, u: doubtfulKeys });
    return strings(await run(this.#redis, scripts.numbersOf, [feedKeys(feedId).seen], [header])).map(Number);
  }

  /** Entries that are older than the follow, each once; `why` as in `admit`. Returns how many wait now, -1 when there is no such follow. */
  async take(
    channel: string,
    feedId: string,
    followId: string,
    items: readonly { readonly n: number; readonly why: string }[],
  ): Promise<number> {
    if (items.length === 0) return 0;
    const k = channelKeys(channel);
    const keys = [k.follows, k.outbox, k.ledger, k.ledgerTimes, k.meta];
    return Number(await run(this.#redis, scripts.take, keys, [feedId, followId, toJson(items)]));
  }
}

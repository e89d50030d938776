import { onLost, type Redis } from "./connection.ts";
import { feedKeys } from "./keys.ts";

/** How far a feed has come; absent fields are 0. */
export interface FeedProgress {
  readonly feedId: string;
  /** The newest entry's number; 0 for none. */
  readonly last: number;
  /** The oldest kept entry's number, from 1. */
  readonly first: number;
  /** How often records of known entries were replaced. */
  readonly edits: number;
}

/** What a search index reads of feeds. It writes nothing: the index is derived. */
export class SearchStore {
  readonly #redis: Redis;
  #connections = 0;

  constructor(redis: Redis) {
    this.#redis = redis;
    onLost(redis, () => {
      this.#connections += 1;
    });
  }

  /** Another number after each lost connection: behind it may be another Redis, or an older copy of the same. */
  get connection(): number {
    return this.#connections;
  }

  /** In one turn, in the order given. */
  async progress(feedIds: readonly string[]): Promise<FeedProgress[]> {
    return await Promise.all(
      feedIds.map(async (feedId) => {
        const [last, first, edits] = await this.#redis.hmget(feedKeys(feedId).state, "seq", "first", "edits");
        return { feedId, last: Number(last ?? 0), first: Math.max(1, Number(first ?? 1)), edits: Number(edits ?? 0) };
      }),
    );
  }

  /** As stored: `<first seen, ms>,<more>`, a line break, the record; null where one is gone. */
  async records(feedId: string, numbers: readonly number[]): Promise<(string | null)[]> {
    if (numbers.length === 0) return [];
    return await this.#redis.hmget(feedKeys(feedId).entries, ...numbers.map(String));
  }

  /** Entries that changed after the feed's `edits` stood at `since`, the first change first, at most `most` of them. */
  async changedSince(
    feedId: string,
    since: number,
    most: number,
  ): Promise<readonly { readonly number: number; readonly edits: number }[]> {
    const range = [`(${String(since)}`, "+inf", "WITHSCORES", "LIMIT", "0", String(most)] as const;
    const reply = (await this.#redis.call("ZRANGEBYSCORE", feedKeys(feedId).edits, ...range)) as unknown[];
    // RESP3 gives pairs, RESP2 one list.
    const flat = reply.flat().map(Number);
    return flat.flatMap((number, i) => (i % 2 === 0 ? [{ number, edits: flat[i + 1] ?? 0 }] : []));
  }
}

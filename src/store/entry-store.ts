import type { Redis } from "./connection.ts";
import { feedKeys } from "./keys.ts";

/** An entry's record, with what stands before it. */
export interface KeptEntry {
  readonly number: number;
  readonly firstSeenMs: number;
  readonly keys: readonly string[];
  /** As `toRecord` wrote it. */
  readonly record: string;
}

/** What is known under an identity key. */
export interface KnownKey {
  readonly key: string;
  /** Of the entry that showed it last. */
  readonly number: number;
  /** The watched day on which it was seen last. */
  readonly day: number;
  /** Different entries had it. */
  readonly isDoubtful: boolean;
}

/** A feed's entries and their keys, for those who ask. */
export class EntryStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Those of the entries that are kept. */
  async kept(feedId: string, numbers: readonly number[]): Promise<KeptEntry[]> {
    if (numbers.length === 0) return [];
    const found = await this.#redis.hmget(feedKeys(feedId).entries, ...numbers.map(String));
    return found.flatMap((text, i) => (text === null ? [] : [toKept(numbers[i] ?? 0, text)]));
  }

  /** The newest, newest first. */
  async newest(feedId: string, count: number): Promise<KeptEntry[]> {
    const last = Number((await this.#redis.hget(feedKeys(feedId).state, "seq")) ?? 0);
    const numbers = Array.from({ length: Math.max(0, Math.min(count, last)) }, (_, i) => last - i);
    return await this.kept(feedId, numbers);
  }

  async counts(feedId: string): Promise<{ readonly kept: number; readonly all: number }> {
    const k = feedKeys(feedId);
    const [kept, last] = await Promise.all([this.#redis.hlen(k.entries), this.#redis.hget(k.state, "seq")]);
    return { kept, all: Number(last ?? 0) };
  }

  /** Those of the keys that the feed has seen. */
  async known(feedId: string, keys: readonly string[]): Promise<KnownKey[]> {
    if (keys.length === 0) return [];
    const names = keys.flatMap((key) => [key, `!${key}`]);
    const values = await this.#redis.hmget(feedKeys(feedId).seen, ...names);
    return values.flatMap((value, i) => {
      const [, number, day] = /^([^.]+)\.(.+)$/.exec(value ?? "") ?? [];
      if (number === undefined || day === undefined) return [];
      const key = keys[Math.floor(i / 2)] ?? "";
      return [{ key, number: Number.parseInt(number, 36), day: Number.parseInt(day, 36), isDoubtful: i % 2 === 1 }];
    });
  }
}

function toKept(number: number, text: string): KeptEntry {
  const end = text.indexOf("\n");
  const [firstSeen = "0", ...keys] = text.slice(0, Math.max(0, end)).split(",");
  return { number, firstSeenMs: Number(firstSeen), keys, record: text.slice(end + 1) };
}

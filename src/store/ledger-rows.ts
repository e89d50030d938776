import type { Redis } from "ioredis";
import type { LedgerRow } from "./channel-store.ts";
import { channelKeys } from "./keys.ts";

/** What became of many entries in a channel, in one read and in the order given; null for those that were never offered there. */
export class LedgerRows {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async of(channel: string, entryIds: readonly string[]): Promise<(LedgerRow | null)[]> {
    if (entryIds.length === 0) return [];
    const rows = await this.#redis.hmget(channelKeys(channel).ledger, ...entryIds);
    return rows.map((json) => (json === null ? null : (JSON.parse(json) as LedgerRow)));
  }
}

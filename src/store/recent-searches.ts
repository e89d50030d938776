import type { Redis } from "./connection.ts";
import { recentSearchesKey } from "./keys.ts";

const MOST = 10;
const KEPT_SECONDS = 7 * 86_400;

/** What was searched in a channel lately and found something, for completion. Losing it loses nothing. */
export class RecentSearches {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async note(channel: string, query: string, nowMs: number): Promise<void> {
    const key = recentSearchesKey(channel);
    await this.#redis
      .multi()
      .zadd(key, nowMs, query)
      .zremrangebyrank(key, 0, -MOST - 1)
      .expire(key, KEPT_SECONDS)
      .exec();
  }

  /** The latest first. */
  async of(channel: string): Promise<string[]> {
    return await this.#redis.zrange(recentSearchesKey(channel), "0", "-1", "REV");
  }
}

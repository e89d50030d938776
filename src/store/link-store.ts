import type { Redis } from "./connection.ts";
import type { LedgerRow } from "./ledger-store.ts";
import { channelKeys } from "./keys.ts";

/** What a channel met under links, see `link-scripts.ts`. */
export class LinkStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** For each link, the ids of the entries that were met under it, in order. */
  async met(channel: string, links: readonly string[]): Promise<readonly (readonly string[])[]> {
    if (links.length === 0) return [];
    const found = await this.#redis.hmget(channelKeys(channel).links, ...links);
    return found.map((ids) => (ids === null ? [] : ids.split(" ")));
  }

  /** Those of the items that were posted since then (Redis time in ms). */
  async posted(channel: string, items: readonly string[], sinceMs: number): Promise<ReadonlySet<string>> {
    if (items.length === 0) return new Set();
    const rows = await this.#redis.hmget(channelKeys(channel).ledger, ...items);
    return new Set(items.filter((_, i) => isPosted(rows[i] ?? null, sinceMs)));
  }
}

function isPosted(json: string | null, sinceMs: number): boolean {
  if (json === null) return false;
  const row = JSON.parse(json) as LedgerRow;
  return row.state === "posted" && row.at >= sinceMs;
}

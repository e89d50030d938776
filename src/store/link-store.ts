import type { Redis } from "./connection.ts";
import type { LedgerRow } from "./ledger-store.ts";
import { channelKeys } from "./keys.ts";
import { BECAME, POSTED_BEFORE } from "./link-scripts.ts";

/** Of one follow within the time that links are kept; whoever went to and fro ends here. */
const MOST_MOVES = 10;

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

  /** Whether the channel's follow of one feed went on as the other's, at once or in several moves. */
  async went(channel: string, from: string, to: string): Promise<boolean> {
    const { links } = channelKeys(channel);
    let at: string | null = from;
    for (let moves = 0; moves < MOST_MOVES && at !== null && at !== to; moves += 1)
      at = await this.#redis.hget(links, BECAME + at);
    return at === to;
  }

  /** Those of the items that were posted since then (Redis time in ms), here or in a channel whose place this one took. */
  async posted(channel: string, items: readonly string[], sinceMs: number): Promise<ReadonlySet<string>> {
    if (items.length === 0) return new Set();
    const { ledger, links } = channelKeys(channel);
    const [rows, before] = await Promise.all([
      this.#redis.hmget(ledger, ...items),
      this.#redis.hmget(links, ...items.map((id) => POSTED_BEFORE + id)),
    ]);
    return new Set(items.filter((_, i) => isPosted(rows[i] ?? null, sinceMs) || Number(before[i] ?? -1) >= sinceMs));
  }
}

function isPosted(json: string | null, sinceMs: number): boolean {
  if (json === null) return false;
  const row = JSON.parse(json) as LedgerRow;
  return row.state === "posted" && row.at >= sinceMs;
}

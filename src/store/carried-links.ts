import type { Redis } from "./connection.ts";
import type { LedgerRow } from "./ledger-store.ts";
import { channelKeys } from "./keys.ts";
import { carryLinks, POSTED_BEFORE } from "./link-scripts.ts";
import { run, toJson } from "./script.ts";

/** A channel of many feeds met some ten thousand; a script must not hold up others. */
const AT_ONCE = 500;

interface CarriedRow {
  readonly field: string;
  readonly value: string;
  /** ms of Redis time. */
  readonly at: string;
}

/** Brings what a channel met under links to the one that takes its place, where its ledger does not go. */
export class CarriedLinks {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Only once nothing is begun in the first one any more. May be repeated from the start at any time. */
  async carry(from: string, to: string): Promise<void> {
    const [old, own] = [channelKeys(from), channelKeys(to)];
    for (let cursor = "start"; cursor !== "0";) {
      const [next, flat] = await this.#redis.hscan(old.links, cursor === "start" ? "0" : cursor, "COUNT", AT_ONCE);
      cursor = next;
      const rows = await this.#rows(old, flat);
      for (let at = 0; at < rows.length; at += AT_ONCE)
        await run(this.#redis, carryLinks, [own.links, own.linkTimes], [toJson(rows.slice(at, at + AT_ONCE))]);
    }
  }

  /** What is to be carried of some fields and values; what of it was posted goes first. */
  async #rows(old: ReturnType<typeof channelKeys>, flat: readonly string[]): Promise<CarriedRow[]> {
    const fields = flat.filter((_, i) => i % 2 === 0);
    if (fields.length === 0) return [];
    const times = await this.#redis.zmscore(old.linkTimes, ...fields);
    const rows = fields.map((field, i) => ({ field, value: flat[2 * i + 1] ?? "", at: times[i] ?? "0" }));
    // The values of other fields name no row of a ledger.
    const ids = rows.flatMap(({ value }) => value.split(" "));
    const ledger = await this.#redis.hmget(old.ledger, ...ids);
    const posted = ids.flatMap((id, i): CarriedRow[] => {
      const row = JSON.parse(ledger[i] ?? "null") as LedgerRow | null;
      if (row?.state !== "posted") return [];
      return [{ field: POSTED_BEFORE + id, value: String(row.at), at: String(row.at) }];
    });
    return [...posted, ...rows];
  }
}

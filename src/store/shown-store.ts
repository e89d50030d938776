import { createHash } from "node:crypto";
import type { Redis } from "./connection.ts";
import { channelKeys, shownKey } from "./keys.ts";
import type { LedgerRow } from "./ledger-store.ts";
import { type Change, run, strings, toChange } from "./script.ts";
import * as scripts from "./shown-scripts.ts";

/** A feed that is asked rarely, or fails for weeks, brings what was posted late. */
export const SHOWN_KEPT_MS = 30 * 86_400_000;
/** References are compared with the ledger from so long before a backup on: platforms look a little further back than they are asked. */
const LEDGER_MARGIN_MS = 3 * 3_600_000;

export interface ShownItem {
  readonly id: string;
  readonly headline: string;
  /** "" for none. */
  readonly linkKey: string;
}

/** A message of the history, and what it shows. */
export interface ShownIn {
  readonly ref: string;
  readonly headlines: readonly string[];
}

/** What a channel shows that the state knows nothing of, since it was restored from a backup. */
export class ShownStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Whether the history was read since this restoration, and whether anything of it is still to be met. */
  async standing(channel: string, restorationId: string): Promise<"to look" | "met" | "some left"> {
    const [looked, left] = await Promise.all([
      this.#redis.hget(channelKeys(channel).meta, "lookedBack"),
      this.#redis.exists(shownKey(channel)),
    ]);
    if (looked !== restorationId) return "to look";
    return left === 1 ? "some left" : "met";
  }

  /** References of messages that the ledger knew when the backup was taken. */
  async knownRefs(channel: string, takenAtMs: number): Promise<ReadonlySet<string>> {
    const k = channelKeys(channel);
    const ids = await this.#redis.zrangebyscore(k.ledgerTimes, takenAtMs - LEDGER_MARGIN_MS, "+inf");
    const refs = new Set<string>();
    if (ids.length === 0) return refs;
    for (const json of await this.#redis.hmget(k.ledger, ...ids)) {
      const { ref } = json === null ? { ref: undefined } : (JSON.parse(json) as Partial<LedgerRow>);
      if (ref !== undefined) refs.add(ref);
    }
    return refs;
  }

  async note(channel: string, epoch: string, restorationId: string, messages: readonly ShownIn[]): Promise<Change> {
    const under = new Map<string, [string, number][]>();
    for (const { ref, headlines } of messages)
      for (const one of headlines) {
        const name = nameOf(one);
        const same = under.get(name) ?? [];
        same.push([ref, headlines.length]);
        under.set(name, same);
      }
    const args = [...under].flatMap(([name, refs]) => [name, JSON.stringify(refs)]);
    const keys = [channelKeys(channel).meta, shownKey(channel)];
    return toChange(await run(this.#redis, scripts.noteShown, keys, [epoch, restorationId, SHOWN_KEPT_MS, ...args]));
  }

  /** Pauses the channel with the reason; `changed` when that was done before, and somebody ended it. */
  async cannotLook(channel: string, epoch: string, restorationId: string, why: string): Promise<Change> {
    return toChange(
      await run(this.#redis, scripts.cannotLook, [channelKeys(channel).meta], [epoch, restorationId, why]),
    );
  }

  /** How many of the items the history shows: they wait no longer. */
  async settle(
    channel: string,
    epoch: string,
    items: readonly ShownItem[],
  ): Promise<Change & { readonly found: number }> {
    const k = channelKeys(channel);
    const keys = [k.meta, k.outbox, k.ledger, k.ledgerTimes, shownKey(channel), k.links, k.linkTimes, k.notices];
    const args = items.flatMap(({ id, headline, linkKey }) => [id, nameOf(headline), linkKey]);
    const reply = strings(await run(this.#redis, scripts.settleShown, keys, [epoch, ...args]));
    return { ...toChange(reply), found: Number(reply[2] ?? 0) };
  }
}

function nameOf(headline: string): string {
  return createHash("sha256").update(headline).digest("base64url").slice(0, 16);
}

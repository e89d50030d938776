import type { Redis } from "./connection.ts";
import { channelKeys } from "./keys.ts";
import { repeatEntry } from "./ledger-scripts.ts";
import { run } from "./script.ts";

export interface LedgerRow {
  readonly state: "pending" | "sending" | "posted" | "filtered" | "withdrawn" | "rejected" | "held";
  readonly offeredAt: number;
  readonly at: number;
  readonly key?: string;
  readonly ref?: string;
  readonly why?: string;
  /** The generation of an entry that is sent again on purpose. */
  readonly again?: string;
  /** Of so many entries in one message. */
  readonly together?: number;
  /** Posted as a message of its own: what it shows, by `shownHash`. */
  readonly shown?: string;
  /** The feed's count of changes when this entry changed last. */
  readonly rev?: number;
  /** How often the message was edited, and when last (Redis time in ms). */
  readonly edits?: number;
  readonly editedAt?: number;
  /** Why the latest change is not shown in the message. */
  readonly editWhy?: string;
  /** The platform takes no more edits of it. */
  readonly fixed?: boolean;
}

export interface ItemRow extends LedgerRow {
  /** An entry's id, or a notice's with "!" before it. */
  readonly id: string;
}

/** Where the work of a channel is. Times are Redis time in ms. */
export interface ChannelWork {
  /** Items that wait, in order. */
  readonly waiting: readonly string[];
  readonly paused: string | null;
  readonly movedTo: string | null;
  readonly sending: {
    readonly items: readonly string[];
    readonly phase: "attempting" | "waiting";
    readonly attempts: number;
    readonly attemptAtMs: number;
    readonly deadlineAtMs: number;
    readonly notBeforeMs: number;
    /** What the platform said last; "" for nothing. */
    readonly why: string;
  } | null;
}

/** A delivery of which nobody knows whether it landed. */
export interface Held {
  readonly key: string;
  readonly items: readonly string[];
  readonly firstAttemptAtMs: number;
}

export type Repeated = "ok" | "pending" | "sending" | "posted" | "coming";

/** The entry that an item of an outbox stands for, also where it is sent again on purpose. */
export function entryOfItem(itemId: string): string {
  return itemId.replace(/^=\d+\./, "");
}

/** What became of a channel's entries, for those who ask. */
export class LedgerStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async row(channel: string, id: string): Promise<LedgerRow | null> {
    const json = await this.#redis.hget(channelKeys(channel).ledger, id);
    return json === null ? null : (JSON.parse(json) as LedgerRow);
  }

  /** The rows there are of these, by their ids, in one read. */
  async rowsOf(channel: string, ids: readonly string[]): Promise<ReadonlyMap<string, LedgerRow>> {
    return new Map((await this.#rows(channel, ids)).map((row) => [row.id, row]));
  }

  /** The rows that changed last, newest first. */
  async newest(channel: string, count: number): Promise<ItemRow[]> {
    const k = channelKeys(channel);
    return await this.#rows(channel, await this.#redis.zrange(k.ledgerTimes, "0", String(count - 1), "REV"));
  }

  /** What was sent in one message with this row: all of it was noted at the same instant. */
  async together(channel: string, { key, at }: LedgerRow): Promise<string[]> {
    if (key === undefined) return [];
    const ids = await this.#redis.zrangebyscore(channelKeys(channel).ledgerTimes, at, at);
    return (await this.#rows(channel, ids)).filter((row) => row.key === key).map(({ id }) => id);
  }

  async work(channel: string): Promise<ChannelWork> {
    const k = channelKeys(channel);
    const [waiting, [paused = null, movedTo = null], sending] = await Promise.all([
      this.#redis.zrange(k.outbox, "0", "-1"),
      this.#redis.hmget(k.meta, "paused", "movedTo"),
      this.#redis.hgetall(k.sending),
    ]);
    const number = (name: string): number => Number(sending[name] ?? 0);
    if (sending["key"] === undefined) return { waiting, paused, movedTo, sending: null };
    return {
      waiting,
      paused,
      movedTo,
      sending: {
        items: JSON.parse(sending["items"] ?? "[]") as string[],
        phase: sending["phase"] === "waiting" ? "waiting" : "attempting",
        attempts: number("attempts"),
        attemptAtMs: number("attemptAt"),
        deadlineAtMs: number("deadlineAt"),
        notBeforeMs: number("notBefore"),
        why: sending["why"] ?? "",
      },
    };
  }

  async held(channel: string): Promise<Held[]> {
    const all = await this.#redis.hgetall(channelKeys(channel).held);
    return Object.entries(all).map(([key, json]) => {
      const { items, firstAttemptAt } = JSON.parse(json) as { items: string; firstAttemptAt: string };
      return { key, items: JSON.parse(items) as string[], firstAttemptAtMs: Number(firstAttemptAt) };
    });
  }

  /** Puts an entry into the outbox on purpose; `repeatEntry` says what happens. `generation` is of this call alone. */
  async repeat(
    channel: string,
    entry: { readonly id: string; readonly feedId: string; readonly number: number; readonly since: number },
    generation: number,
    evenIfPosted: boolean,
  ): Promise<Repeated> {
    const k = channelKeys(channel);
    const keys = [k.outbox, k.ledger, k.ledgerTimes, k.held, k.meta, k.marks];
    const { id, feedId, number, since } = entry;
    const args = [id, feedId, number, since, Math.round(generation), evenIfPosted ? "1" : ""];
    return (await run(this.#redis, repeatEntry, keys, args)) as Repeated;
  }

  async #rows(channel: string, ids: readonly string[]): Promise<ItemRow[]> {
    if (ids.length === 0) return [];
    const found = await this.#redis.hmget(channelKeys(channel).ledger, ...ids);
    return found.flatMap((json, i) =>
      json === null ? [] : [{ ...(JSON.parse(json) as LedgerRow), id: ids[i] ?? "" }],
    );
  }
}

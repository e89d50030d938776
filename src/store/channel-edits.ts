import type { Redis } from "./connection.ts";
import * as scripts from "./edit-scripts.ts";
import { channelKeys } from "./keys.ts";
import { type Change, run, toChange, toJson } from "./script.ts";

/** An edit as it begins. */
export interface EditBegin {
  readonly key: string;
  readonly message: string;
  /** Where it belongs, as JSON. */
  readonly aim: string;
  readonly item: string;
  /** `LedgerRow.rev` as it was before the record was read of which the message is made. */
  readonly rev: number;
}

/** Edits of a channel's messages: those that wait, and the one under way. They wait apart from posts, so that no post waits for one. */
export class ChannelEdits {
  readonly #redis: Redis;
  readonly #waitMs: number;

  /** @param waitMs from a change until its edit is due, so that several changes in a row are one edit; and after a refusal for now. */
  constructor(redis: Redis, waitMs: number) {
    this.#redis = redis;
    this.#waitMs = waitMs;
  }

  /** Offers changes of a feed's entries, in order. Returns how many edits were asked for, -1 when there is no such follow. */
  async offer(
    channel: string,
    feedId: string,
    followId: string,
    changes: readonly { readonly n: number; readonly rev: number }[],
  ): Promise<number> {
    const k = channelKeys(channel);
    const args = [feedId, followId, Math.round(this.#waitMs), toJson(changes.map(({ n, rev }) => [n, rev]))];
    return Number(await run(this.#redis, scripts.offerEdits, [k.follows, k.marks, k.edits, k.ledger], args));
  }

  async begin(channel: string, epoch: string, edit: EditBegin, attemptMs: number): Promise<Change> {
    const k = channelKeys(channel);
    const args = [epoch, edit.key, edit.message, attemptMs, edit.aim, edit.item, edit.rev];
    return toChange(await run(this.#redis, scripts.beginEdit, [k.meta, k.edits, k.sending, k.ledger], args));
  }

  /** `rev` as in `EditBegin`; `why` stands in the ledger, "" where there is nothing to say. */
  async drop(channel: string, epoch: string, item: string, rev: number, why: string): Promise<Change> {
    const k = channelKeys(channel);
    return toChange(await run(this.#redis, scripts.dropEdit, [k.meta, k.edits, k.ledger], [epoch, item, rev, why]));
  }

  /** That an edit landed is accepted from anyone; that it never will only from the writer. */
  async settle(channel: string, epoch: string, key: string, refused: string | null): Promise<Change> {
    const k = channelKeys(channel);
    const args = [refused === null ? "" : epoch, key, refused ?? ""];
    return toChange(await run(this.#redis, scripts.settleEdit, [k.meta, k.sending, k.ledger], args));
  }

  /** It waits again, `leastMs` and so many times as long as after a change, whichever is longer. */
  async defer(
    channel: string,
    epoch: string,
    key: string,
    leastMs: number,
    why: string,
    waits = 1,
    end: "retry" | "pause" = "retry",
  ): Promise<Change> {
    const k = channelKeys(channel);
    const args = [epoch, key, Math.round(Math.max(leastMs, waits * this.#waitMs)), why, end];
    return toChange(await run(this.#redis, scripts.deferEdit, [k.meta, k.edits, k.sending, k.ledger], args));
  }

  /** Redis time from which on the first edit is due; null when none waits. */
  async dueAt(channel: string): Promise<number | null> {
    const [, score] = await this.#redis.zrange(channelKeys(channel).edits, "0", "0", "WITHSCORES");
    return score === undefined ? null : Number(score);
  }

  async forget(channel: string): Promise<void> {
    await this.#redis.del(channelKeys(channel).edits);
  }
}

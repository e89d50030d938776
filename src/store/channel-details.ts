import type { Redis } from "./connection.ts";
import * as scripts from "./detail-scripts.ts";
import { channelKeys } from "./keys.ts";
import { type Change, run, toChange } from "./script.ts";

/** What is left for the thread of a digest. Times are Redis time in ms. */
export interface DetailsLeft {
  /** Of the digest's message. */
  readonly ref: string;
  /** Which message of the thread is next, from 0. */
  readonly part: number;
  /** Ids of entries, in order. */
  readonly entries: readonly string[];
  /** When the digest was noted as posted. */
  readonly at: number;
  /** The message of this part, once it was begun. */
  readonly attempt?: DetailAttempt;
}

export interface DetailAttempt {
  readonly key: string;
  readonly message: string;
  /** How many of `entries` are done with it. */
  readonly taken: number;
  /** How often it was begun. */
  readonly n: number;
  /** `waiting`: it surely did not land. */
  readonly phase: "attempting" | "waiting";
  readonly first: number;
  readonly last: number;
}

/** A message for a thread as it begins. `digest` is the key of the digest's delivery. */
export interface DetailBegin {
  readonly digest: string;
  readonly key: string;
  /** "" for the bytes of the attempt before. */
  readonly message: string;
  readonly taken: number;
  readonly n: number;
}

/**
 * What goes into the threads of a channel's digests. It waits apart from posts, also while nobody knows whether it landed, so that no
 * post waits for it.
 */
export class ChannelDetails {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async begin(
    channel: string,
    epoch: string,
    begin: DetailBegin,
    attemptMs: number,
    settleMs: number,
  ): Promise<Change> {
    const k = channelKeys(channel);
    const { digest, key, message, taken, n } = begin;
    const args = [epoch, digest, key, message, taken, n, Math.round(attemptMs), Math.round(settleMs)];
    return toChange(await run(this.#redis, scripts.beginDetail, [k.meta, k.details, k.detailsDue], args));
  }

  /** It is looked at again after so long. */
  async defer(
    channel: string,
    epoch: string,
    { digest, key, phase, ms }: { digest: string; key: string; phase: DetailAttempt["phase"]; ms: number },
  ): Promise<Change> {
    const k = channelKeys(channel);
    const args = [epoch, digest, key, Math.round(ms), phase];
    return toChange(await run(this.#redis, scripts.deferDetail, [k.meta, k.details, k.detailsDue], args));
  }

  /** That one landed is accepted from anyone. */
  async landed(channel: string, digest: string, key: string, ref: string): Promise<Change> {
    return await this.#settle(channel, ["", digest, key, ref, "", ""]);
  }

  /** It is dropped with the reason in its row, and where `isAll` with it what is left of the thread. */
  async refuse(
    channel: string,
    epoch: string,
    { digest, key, why, isAll }: { digest: string; key: string; why: string; isAll: boolean },
  ): Promise<Change> {
    return await this.#settle(channel, [epoch, digest, key, "", why, isAll ? "all" : ""]);
  }

  /** Nothing more goes into the thread. */
  async drop(channel: string, epoch: string, digest: string, part: number, why: string): Promise<Change> {
    const k = channelKeys(channel);
    const keys = [k.meta, k.details, k.detailsDue, k.ledger, k.ledgerTimes];
    return toChange(await run(this.#redis, scripts.dropDetails, keys, [epoch, digest, part, why]));
  }

  /** Redis time from which on the first is due; null when none waits. */
  async dueAt(channel: string): Promise<number | null> {
    const [, score] = await this.#redis.zrange(channelKeys(channel).detailsDue, "0", "0", "WITHSCORES");
    return score === undefined ? null : Number(score);
  }

  async forget(channel: string): Promise<void> {
    const k = channelKeys(channel);
    await this.#redis.del(k.details, k.detailsDue);
  }

  async #settle(channel: string, args: readonly string[]): Promise<Change> {
    const k = channelKeys(channel);
    const keys = [k.meta, k.details, k.detailsDue, k.ledger, k.ledgerTimes];
    return toChange(await run(this.#redis, scripts.settleDetail, keys, args));
  }
}

/** null for what is none. */
export function toDetailsLeft(json: string): DetailsLeft | null {
  return json === "" ? null : (JSON.parse(json) as DetailsLeft);
}

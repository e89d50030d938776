import { UTC } from "../zone.ts";
import type { Redis } from "./connection.ts";
import type { Beginning } from "./beginning.ts";
import { type DetailsLeft, toDetailsLeft } from "./channel-details.ts";
import * as scripts from "./delivery-scripts.ts";
import * as forgetScripts from "./forget-scripts.ts";
import { channelKeys, forgottenKey } from "./keys.ts";
import { type Change, run, type Script, strings, toChange } from "./script.ts";
import { type Sending, toSending } from "./sending.ts";

/** What time it is in a channel. */
export interface ChannelTime {
  /** Redis time. */
  readonly nowMs: number;
  /** The channel's time zone, by its IANA name; UTC while nobody has said another. */
  readonly zone: string;
}

export type Head =
  | { readonly kind: "stale" | "paused" | "empty"; readonly nowMs: number }
  | { readonly kind: "sending"; readonly nowMs: number; readonly sending: Sending }
  /** Nothing waits but an edit that is due. */
  | ({ readonly kind: "edit"; readonly item: string } & ChannelTime)
  /** No edit is due either. `digest`: the key of its delivery. */
  | ({ readonly kind: "detail"; readonly digest: string; readonly left: DetailsLeft | null } & ChannelTime)
  | ({
      readonly kind: "pending";
      /** What was planned for the items at the head: the caller's own words, "" for nothing. */
      readonly plan: string;
      readonly items: readonly string[];
    } & ChannelTime);

export type Outcome =
  | { readonly state: "posted"; readonly ref: string }
  | {
      readonly state: "rejected" | "held";
      readonly why: string;
      /** Told to the channel. */ readonly notice: string;
    };

export interface Settled extends Change {
  /** When the first of its entries was offered to the channel; null where none was, or it was asked for once more. */
  readonly offeredAtMs: number | null;
}

export interface Withdrawal {
  readonly id: string;
  readonly state: "withdrawn" | "filtered" | "rejected";
  readonly why: string;
  /** The link under which another entry was posted; none for any other reason. */
  readonly linkKey?: string;
}

/** From a channel's outbox to its ledger: what its only writer does, step by step. */
export class DeliveryStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Becomes the channel's only writer; the epoch proves it. null where there is nothing to write. */
  async takeOver(channel: string): Promise<string | null> {
    const keys = [channelKeys(channel).meta, forgottenKey(channel)];
    return String(await run(this.#redis, forgetScripts.takeOver, keys, [])) || null;
  }

  async head(channel: string, epoch: string, most: number): Promise<Head> {
    const k = channelKeys(channel);
    const keys = [k.meta, k.outbox, k.sending, k.edits, k.details, k.detailsDue];
    const [kind = "stale", now = "0", ...rest] = strings(await run(this.#redis, scripts.head, keys, [epoch, most]));
    const nowMs = Number(now);
    if (kind === "sending") return { kind, nowMs, sending: toSending(rest) };
    const [zone = "", first = "", ...others] = rest;
    const time = { nowMs, zone: zone || UTC };
    if (kind === "edit") return { kind, ...time, item: first };
    if (kind === "detail") return { kind, ...time, digest: first, left: toDetailsLeft(others[0] ?? "") };
    if (kind === "pending") return { kind, ...time, plan: first, items: others };
    return { kind: kind === "paused" || kind === "empty" ? kind : "stale", nowMs };
  }

  async begin(channel: string, epoch: string, beginning: Beginning): Promise<Change> {
    const { key, message, items, attemptMs, plan = "", details = [] } = beginning;
    const k = channelKeys(channel);
    return await this.#change(
      scripts.begin,
      [k.meta, k.outbox, k.sending, k.ledger, k.ledgerTimes, k.links, k.linkTimes],
      [epoch, key, message, attemptMs, plan, details.join(" "), ...items.flatMap(({ id, linkKey }) => [id, linkKey])],
    );
  }

  async beginAgain(channel: string, epoch: string, key: string, n: number, attemptMs: number): Promise<Change> {
    const k = channelKeys(channel);
    return await this.#change(scripts.beginAgain, [k.meta, k.sending], [epoch, key, n, attemptMs]);
  }

  async defer(
    channel: string,
    epoch: string,
    key: string,
    delayMs: number,
    why: string,
    then: "retry" | "pause" = "retry",
  ): Promise<Change> {
    const k = channelKeys(channel);
    return await this.#change(scripts.defer, [k.meta, k.sending], [epoch, key, Math.round(delayMs), why, then]);
  }

  /** That a delivery landed is accepted from anyone; any other outcome only from the writer. */
  async settle(channel: string, epoch: string, key: string, outcome: Outcome): Promise<Settled> {
    const k = channelKeys(channel);
    const posted = outcome.state === "posted";
    const args = [
      posted ? "" : epoch,
      key,
      outcome.state,
      posted ? outcome.ref : "",
      posted ? "" : outcome.why,
      posted ? "" : outcome.notice,
    ];
    const keys = [k.meta, k.sending, k.ledger, k.ledgerTimes, k.held, k.notices, k.outbox, k.details, k.detailsDue];
    const reply = strings(await run(this.#redis, scripts.settle, keys, args));
    const first = reply[2] ?? "";
    return { ...toChange(reply), offeredAtMs: first === "" ? null : Number(first) };
  }

  /** A refused message of several items: they wait again, with the plan `single <last item>`. */
  async scatter(channel: string, epoch: string, key: string): Promise<Change> {
    const k = channelKeys(channel);
    return await this.#change(scripts.scatter, [k.meta, k.outbox, k.sending, k.ledger, k.ledgerTimes], [epoch, key]);
  }

  async withdraw(channel: string, epoch: string, withdrawals: readonly Withdrawal[]): Promise<Change> {
    const k = channelKeys(channel);
    const args = withdrawals.flatMap((w) => [w.state, w.why, w.id, w.linkKey ?? ""]);
    return await this.#change(
      scripts.withdraw,
      [k.meta, k.outbox, k.ledger, k.ledgerTimes, k.links, k.linkTimes],
      [epoch, ...args],
    );
  }

  async #change(what: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Change> {
    return toChange(await run(this.#redis, what, keys, args));
  }
}

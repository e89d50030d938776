import type { Redis } from "ioredis";
import type { Beginning } from "./beginning.ts";
import { ChannelDetails, type DetailsLeft, toDetailsLeft } from "./channel-details.ts";
import { ChannelEdits } from "./channel-edits.ts";
import * as scripts from "./channel-scripts.ts";
import * as forgetScripts from "./forget-scripts.ts";
import { ForgetStore } from "./forget-store.ts";
import { channelKeys, channelsKey, forgottenKey } from "./keys.ts";
import { ChannelSettings } from "./channel-settings.ts";
import { FetchStore } from "./fetch-limits.ts";
import { MovesStore } from "./moves-store.ts";
import { type Change, run, type Script, strings, toChange, toJson } from "./script.ts";
import { ShownStore } from "./shown-store.ts";
import { type Sending, toSending } from "./sending.ts";

export type { Change } from "./script.ts";

export type Head =
  | { readonly kind: "stale" | "paused" | "empty"; readonly nowMs: number }
  | { readonly kind: "sending"; readonly nowMs: number; readonly sending: Sending }
  /** Nothing waits but an edit that is due. */
  | { readonly kind: "edit"; readonly nowMs: number; readonly item: string }
  /** No edit is due either. `digest`: the key of its delivery. */
  | { readonly kind: "detail"; readonly nowMs: number; readonly digest: string; readonly left: DetailsLeft | null }
  | {
      readonly kind: "pending";
      readonly nowMs: number;
      /** What was planned for the items at the head: the caller's own words, "" for nothing. */
      readonly plan: string;
      readonly items: readonly string[];
    };

export type Outcome =
  | { readonly state: "posted"; readonly ref: string }
  | {
      readonly state: "rejected" | "held";
      readonly why: string;
      /** Told to the channel. */ readonly notice: string;
    };

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

export interface Withdrawal {
  readonly id: string;
  readonly state: "withdrawn" | "filtered" | "rejected";
  readonly why: string;
  /** The link under which another entry was posted; none for any other reason. */
  readonly linkKey?: string;
}

/** A channel's follows, outbox and ledger in Redis. */
export class ChannelStore {
  /** Follows on their way to another address. */
  readonly moves: MovesStore;
  readonly settings: ChannelSettings;
  readonly fetches: FetchStore;
  readonly forgets: ForgetStore;
  readonly shown: ShownStore;
  readonly #redis: Redis;

  readonly edits: ChannelEdits;
  readonly details: ChannelDetails;

  /** @param editWaitMs as in `ChannelEdits` */
  constructor(redis: Redis, editWaitMs = 60_000) {
    this.#redis = redis;
    this.edits = new ChannelEdits(redis, editWaitMs);
    this.details = new ChannelDetails(redis);
    this.moves = new MovesStore(redis);
    this.settings = new ChannelSettings(redis);
    this.fetches = new FetchStore(redis);
    this.forgets = new ForgetStore(redis);
    this.shown = new ShownStore(redis);
  }

  /** A page of the registry of channels; done when `cursor` is "0" again. */
  async channels(cursor: string): Promise<{ cursor: string; channels: string[] }> {
    const [next, channels] = await this.#redis.sscan(channelsKey, cursor, "COUNT", 500);
    return { cursor: next, channels };
  }

  async register(channel: string): Promise<void> {
    await this.#redis.sadd(channelsKey, channel);
  }

  /** Feed id → follow id, in the order in which they were followed. */
  async follows(channel: string): Promise<Map<string, string>> {
    const all = await this.#redis.hgetall(channelKeys(channel).follows);
    return new Map(Object.entries(all).sort(([, a], [, b]) => Number(a) - Number(b)));
  }

  /** The follow's id; null when the channel follows `most` feeds already, does not follow `because`, or is being forgotten. */
  async beginFollow(channel: string, feedId: string, most: number, because = ""): Promise<string | null> {
    const k = channelKeys(channel);
    const keys = [k.follows, k.meta, forgottenKey(channel)];
    const id = String(await run(this.#redis, forgetScripts.beginFollow, keys, [feedId, most, because]));
    return id === "" ? null : id;
  }

  /** Returns how many pending entries were withdrawn. */
  async unfollow(channel: string, feedId: string): Promise<number> {
    const k = channelKeys(channel);
    return Number(await run(this.#redis, scripts.unfollow, [k.follows, k.outbox, k.ledger, k.ledgerTimes], [feedId]));
  }

  /** Offers entries of a feed, in order; `why` names the rule that keeps one from the channel. Returns how many wait now, -1 when there is no such follow. */
  async admit(
    channel: string,
    feedId: string,
    followId: string,
    items: readonly { readonly n: number; readonly why: string }[],
    retentionMs: number,
  ): Promise<number> {
    const k = channelKeys(channel);
    const keys = [k.follows, k.marks, k.outbox, k.ledger, k.ledgerTimes, k.meta];
    return Number(await run(this.#redis, scripts.admit, keys, [feedId, followId, retentionMs, toJson(items)]));
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
    if (kind === "edit") return { kind, nowMs, item: rest[0] ?? "" };
    if (kind === "detail") return { kind, nowMs, digest: rest[0] ?? "", left: toDetailsLeft(rest[1] ?? "") };
    if (kind === "pending") return { kind, nowMs, plan: rest[0] ?? "", items: rest.slice(1) };
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
  async settle(channel: string, epoch: string, key: string, outcome: Outcome): Promise<Change> {
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
    return await this.#change(
      scripts.settle,
      [k.meta, k.sending, k.ledger, k.ledgerTimes, k.held, k.notices, k.outbox, k.details, k.detailsDue],
      args,
    );
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

  /** @param feedId only a channel that follows it is told */
  async announce(channel: string, noticeId: string, text: string, feedId = ""): Promise<void> {
    const k = channelKeys(channel);
    const keys = [k.outbox, k.notices, k.ledger, k.ledgerTimes, k.meta, k.follows];
    await run(this.#redis, scripts.announce, keys, [noticeId, text, feedId]);
  }

  async notice(channel: string, noticeId: string): Promise<string | null> {
    return await this.#redis.hget(channelKeys(channel).notices, noticeId);
  }

  async pause(channel: string, why: string): Promise<void> {
    await this.#redis.hset(channelKeys(channel).meta, "paused", why);
  }

  async resume(channel: string): Promise<boolean> {
    return (await this.#redis.hdel(channelKeys(channel).meta, "paused")) === 1;
  }

  async pausedBecause(channel: string): Promise<string | null> {
    return await this.#redis.hget(channelKeys(channel).meta, "paused");
  }

  /** How many entries and notices wait, the delivery under way included. */
  async outstanding(channel: string): Promise<number> {
    const k = channelKeys(channel);
    const [waiting, items] = await Promise.all([this.#redis.zcard(k.outbox), this.#redis.hget(k.sending, "items")]);
    return waiting + (items === null ? 0 : (JSON.parse(items) as string[]).length);
  }

  /** What is under way, and what waits behind it, in order. */
  async waiting(channel: string): Promise<{ sending: Sending | null; items: string[] }> {
    const k = channelKeys(channel);
    const [fields, items] = await Promise.all([
      this.#redis.hgetall(k.sending),
      this.#redis.zrange(k.outbox, "0", "-1"),
    ]);
    const flat = Object.entries(fields).flat();
    return { sending: flat.length === 0 ? null : toSending(flat), items };
  }

  /** Remembers that the channel goes on under another id. */
  async markMoved(from: string, to: string): Promise<void> {
    await this.#redis.hset(channelKeys(from).meta, "movedTo", to);
  }

  async movedTo(channel: string): Promise<string | null> {
    return await this.#redis.hget(channelKeys(channel).meta, "movedTo");
  }

  async adopt(channel: string, items: readonly string[]): Promise<void> {
    if (items.length === 0) return;
    const k = channelKeys(channel);
    await run(this.#redis, scripts.adopt, [k.outbox, k.ledger, k.ledgerTimes], items);
  }

  /** False when it may have landed. */
  async abandon(channel: string, key: string): Promise<boolean> {
    const k = channelKeys(channel);
    return (await run(this.#redis, scripts.abandon, [k.sending, k.ledger, k.ledgerTimes], [key])) === 1;
  }

  /** The end of a move. */
  async forgetMoved(from: string): Promise<void> {
    await this.#redis.hdel(channelKeys(from).meta, "movedTo");
    await this.#redis.srem(channelsKey, from);
  }

  async ledgerRow(channel: string, itemId: string): Promise<LedgerRow | null> {
    const json = await this.#redis.hget(channelKeys(channel).ledger, itemId);
    return json === null ? null : (JSON.parse(json) as LedgerRow);
  }

  async #change(what: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Change> {
    return toChange(await run(this.#redis, what, keys, args));
  }
}

import type { Redis } from "./connection.ts";
import { CarriedLinks } from "./carried-links.ts";
import { ChannelDetails } from "./channel-details.ts";
import { ChannelEdits } from "./channel-edits.ts";
import * as scripts from "./channel-scripts.ts";
import * as forgetScripts from "./forget-scripts.ts";
import { ForgetStore } from "./forget-store.ts";
import { channelKeys, channelsKey, forgottenKey } from "./keys.ts";
import { ChannelSettings } from "./channel-settings.ts";
import { DeliveryStore } from "./delivery-store.ts";
import { FetchStore } from "./fetch-limits.ts";
import { LeftStore } from "./left-store.ts";
import type { LedgerRow } from "./ledger-store.ts";
import { MovesStore } from "./moves-store.ts";
import { run, toJson } from "./script.ts";
import { ShownStore } from "./shown-store.ts";
import { type Sending, toSending } from "./sending.ts";

/** A channel's follows, outbox and ledger in Redis. */
export class ChannelStore {
  /** Follows on their way to another address. */
  readonly moves: MovesStore;
  readonly settings: ChannelSettings;
  readonly fetches: FetchStore;
  readonly forgets: ForgetStore;
  readonly shown: ShownStore;
  readonly left: LeftStore;
  readonly carried: CarriedLinks;
  /** What only the channel's writer may do. */
  readonly delivery: DeliveryStore;
  readonly edits: ChannelEdits;
  readonly details: ChannelDetails;
  readonly #redis: Redis;

  /** @param editWaitMs as in `ChannelEdits` */
  constructor(redis: Redis, editWaitMs = 60_000) {
    this.#redis = redis;
    this.delivery = new DeliveryStore(redis);
    this.edits = new ChannelEdits(redis, editWaitMs);
    this.details = new ChannelDetails(redis);
    this.moves = new MovesStore(redis);
    this.settings = new ChannelSettings(redis);
    this.fetches = new FetchStore(redis);
    this.forgets = new ForgetStore(redis);
    this.shown = new ShownStore(redis);
    this.left = new LeftStore(redis);
    this.carried = new CarriedLinks(redis);
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
}

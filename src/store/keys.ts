import { createHash } from "node:crypto";

/**
 * Every Redis key of Planetwire (BullMQ keeps its own under the prefix of `queue.ts`).
 *
 * The braces are hash tags: whatever one script touches shares a tag, so that it stays in one slot of a cluster.
 * Sizes are per feed with 20 entries in its document, or per channel, on Redis 7.0.
 */

/** All keys of this file, as SCAN takes it. */
export const OWN_KEYS = "pw:*";

/** A tag must not hold braces of its own, or the slot would be taken from a part of it. */
function tag(id: string): string {
  return `{${id.replaceAll(/[{}]/g, encodeURIComponent)}}`;
}

/** string · for ever · the random name of this installation, part of every delivery key. */
export const installationKey = "pw:installation";
/** string · for ever · ~10 B · version of the state, and on the way to the next one since when. */
export const versionKey = "pw:version";
/** string · while a backup is restored · who does it. Nobody may start meanwhile. */
export const restoringKey = "pw:restoring";
/** string · for ever · ~100 B · which backup this state was restored from, as JSON. */
export const restorationKey = "pw:restoration";
/** string · for ever · how many poll shards there are; fixed at the first start. */
export const shardCountKey = "pw:shards";
/** set · for ever · ids of all channels that follow something. */
export const channelsKey = "pw:channels";

/** string · for ever · ~100 B · the feed id that a URL stands for. */
export function aliasKey(url: string): string {
  return `pw:url:${tag(createHash("sha256").update(url).digest("base64url").slice(0, 22))}`;
}

/** string · expires with the lock time · held while a request to the host is under way, and for the pause behind it; with its feeds' shard. */
export function gateKey(shard: number, host: string): string {
  return `pw:gate:${tag(`s${String(shard)}`)}:${host}`;
}

/** sorted set · for ever · ~100 B a member · feed ids by the Redis time (ms) at which they are due; the fraction tells for how long they were left alone before. */
export function dueKey(shard: number): string {
  return `pw:due:${tag(`s${String(shard)}`)}`;
}

export interface FeedKeys {
  /** hash · for ever · ~300 B · URL, title, validators, body hash, schedule, failures, last polls, sequence number. */
  readonly state: string;
  /** hash · fields trimmed after 180 watched days and 200 newer entries · ~27 B a key, up to seven keys an entry · identity key → `<entry number>.<watched day last sighted>`, in base 36. A key in doubt stands again with "!" before it. */
  readonly seen: string;
  /** hash · entries go after RETENTION_DAYS, the newest 100 stay · entry number → record. */
  readonly entries: string;
  /** hash · for ever · ~60 B an author · folded name → name, count, last post. */
  readonly authors: string;
  /** hash · until unfollowed · ~150 B a follower · channel id → `<since> <follow id> <settings as JSON>`. */
  readonly followers: string;
  /** hash · until every follower's outbox has it · first entry number, or `e<count of changes>` → fan-out record. */
  readonly fanout: string;
  /** sorted set · the latest 500, as long as the entry · ~20 B a change · numbers of entries whose record was replaced, by the feed's count of changes. */
  readonly edits: string;
  /** hash · while a channel's follow goes to another address, and where it came back until unfollowed · ~50 B a channel · channel id → `<last entry it gets> <last reading, ms>`, or `back <goal>`. */
  readonly leaving: string;
}

export function feedKeys(feedId: string): FeedKeys {
  const t = tag(feedId);
  return {
    state: `pw:feed:${t}`,
    seen: `pw:seen:${t}`,
    entries: `pw:entries:${t}`,
    authors: `pw:authors:${t}`,
    followers: `pw:followers:${t}`,
    fanout: `pw:fanout:${t}`,
    edits: `pw:edits:${t}`,
    leaving: `pw:leaving:${t}`,
  };
}

export interface ChannelKeys {
  /** hash · for ever · ~100 B · epoch, order counter, follow counter, why it is paused, settings for new follows, since when the bot is gone from it. */
  readonly meta: string;
  /** hash · until unfollowed · ~30 B a follow · feed id → follow id. */
  readonly follows: string;
  /** hash · while a follow goes to another address · ~40 B · feed id → `<feed id there> <follow id there>`. */
  readonly moves: string;
  /** sorted set · ten minutes · ~70 B a request · who had an address read, by the time (ms). */
  readonly fetches: string;
  /** hash · for ever · ~30 B a feed · feed id → highest entry number that was offered to this channel; `~<feed id>` → its highest count of changes. */
  readonly marks: string;
  /** sorted set · until sent · ~40 B an item · entry ids, those to be sent again on purpose as `=<generation>.<entry id>`, and notices as `!<id>`, by order of arrival. */
  readonly outbox: string;
  /** sorted set · until sent · ~40 B an item · edits of messages as `~<entry id>`, by the time (ms) from which on they are due. */
  readonly edits: string;
  /** hash · until its outcome is known · the one delivery under way, with its rendered message. */
  readonly sending: string;
  /** hash · rows go RETENTION_DAYS after their last change · ~150 B a row · entry id → what became of it. */
  readonly ledger: string;
  /** sorted set · as the ledger · entry ids by the time (ms) their row was last changed. */
  readonly ledgerTimes: string;
  /** hash · until a person decides · delivery key → a delivery of which nobody knows whether it landed. */
  readonly held: string;
  /** hash · until sent · notice id → text. */
  readonly notices: string;
  /** hash · until sent, a day at most once it is looked at · ~40 B an entry, and one message · key of a digest's delivery → what is left for its thread, as JSON. */
  readonly details: string;
  /** sorted set · as the details · ~40 B a digest · keys of digests by the time (ms) from which on their details are due. */
  readonly detailsDue: string;
  /** hash · 30 days after an entry was last met under it · ~50 B a link · key of a link → ids of the entries met under it; `>` and a feed id → the feed that its follow went on as; `<` and an entry's id → when it was posted where the channel was before (ms). */
  readonly links: string;
  /** sorted set · as the links · ~60 B a link · keys of links by the time (ms) at which an entry was last met there. */
  readonly linkTimes: string;
}

export function channelKeys(channelId: string): ChannelKeys {
  const t = tag(channelId);
  return {
    meta: `pw:channel:${t}`,
    follows: `pw:follows:${t}`,
    moves: `pw:moves:${t}`,
    fetches: `pw:fetches:${t}`,
    marks: `pw:marks:${t}`,
    outbox: `pw:outbox:${t}`,
    edits: `pw:channel-edits:${t}`,
    sending: `pw:sending:${t}`,
    ledger: `pw:ledger:${t}`,
    ledgerTimes: `pw:ledger-times:${t}`,
    held: `pw:held:${t}`,
    notices: `pw:notices:${t}`,
    details: `pw:details:${t}`,
    detailsDue: `pw:details-due:${t}`,
    links: `pw:links:${t}`,
    linkTimes: `pw:link-times:${t}`,
  };
}

/** string · for ever · ~500 B · what the last sweep counted, as JSON. */
export const censusKey = "pw:census";
/** string · a minute · proof that Redis takes writes. */
export const writtenKey = "pw:written";

/** sorted set · until its import is over · ~60 B a channel · channels with an import under way, by the time it began. */
export const importsKey = "pw:imports";

export interface ImportKeys {
  /** hash · a week after it began · ~200 B · id, source, how many, begun, ended, told. */
  readonly state: string;
  /** string · a week · ~150 B a feed, <= 3 MB · what is to be followed, as JSON. */
  readonly list: string;
  /** hash · a week after the last change · ~150 B a feed · number in the list → what became of it. */
  readonly results: string;
}

export function importKeys(channelId: string): ImportKeys {
  const t = tag(channelId);
  return { state: `pw:import:${t}`, list: `pw:import-list:${t}`, results: `pw:import-results:${t}` };
}

/** sorted set · 7 days after the last one · ≤ 10 of ≤ 256 characters · searches that found something, by the time (ms). */
export function recentSearchesKey(channelId: string): string {
  return `pw:searches:${tag(channelId)}`;
}

/** hash · 30 days after a restore · ~50 B a headline · headline that the channel showed → how many messages show it, and their references. */
export function shownKey(channelId: string): string {
  return `pw:shown:${tag(channelId)}`;
}

/** Everything that is kept of a channel in its own slot, and goes when it is forgotten. */
export function keysOfChannel(channelId: string): string[] {
  return [
    ...Object.values(channelKeys(channelId)),
    ...Object.values(importKeys(channelId)),
    recentSearchesKey(channelId),
    shownKey(channelId),
  ];
}

/** hash · a day · ~80 B · how far a channel that was forgotten had counted, so that what a stalled process still holds fits nothing there. */
export function forgottenKey(channelId: string): string {
  return `pw:forgotten:${tag(channelId)}`;
}

/** string · for ever, or as long as the adapter says · ~100 B · what an adapter remembers for itself. */
export function adapterMemoryKey(platform: string, name: string): string {
  return `pw:adapter:${tag(`${platform} ${name}`)}`;
}

/** string · a day · ~80 B · an inbound command by the platform's id: "begun" or "done". */
export function claimKey(platform: string, id: string): string {
  return `pw:claim:${tag(`${platform} ${id}`)}`;
}

/** string · seconds · an inbound connection is up: the number of its owner. */
export function upKey(platform: string, name: string): string {
  return `pw:up:${tag(`${platform} ${name}`)}`;
}

/** string · for ever · how often an inbound connection has changed hands; the latest owner knows the number. */
export function ownerKey(platform: string, name: string): string {
  return `pw:owner:${tag(`${platform} ${name}`)}`;
}

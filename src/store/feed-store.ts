import type { Redis } from "./connection.ts";
import * as scripts from "./feed-scripts.ts";
import { type Gathered, gatherPerTurn } from "./gather.ts";
import { aliasKey, dueKey, feedKeys } from "./keys.ts";
import { recordDocument } from "./record-script.ts";
import * as schedule from "./schedule-scripts.ts";
import { run, strings, toJson } from "./script.ts";

/** A feed's state as stored: everything is text, "" or absent when unknown. */
export type FeedFields = Readonly<Record<string, string>>;

/** Where a follower has this as `since`, a merge has not yet said from where on it follows. */
export const JOINING_SINCE = scripts.JOINING_SINCE;

export interface FollowerRow {
  /** Entries with a higher number go to the channel; `JOINING_SINCE` until a merge has said which. */
  readonly since: number;
  readonly followId: string;
  /** The follow's settings, as the caller wrote them. */
  readonly settings: string;
}

/** One entry of a document, with what the store needs to know of it. */
export interface Sighting {
  /** Identity keys that prove the entry was seen, best first; "a b" is a, unless b is known. */
  readonly testKeys: readonly string[];
  /** All identity keys to keep: `testKeys`, those in doubt, and those that only show a change. */
  readonly keys: readonly string[];
  /** Made of everything; tells where no other key can be trusted. */
  readonly wholeKey: string;
  /** Keep it although another key tells today. */
  readonly keepWhole: boolean;
  readonly authors: readonly { readonly fold: string; readonly name: string }[];
  readonly publishedAt: string;
  /** `publishedAt` in ms; 0 when the entry has no date. */
  readonly publishedMs: number;
  /** JSON of an object. Those that bring a new author into the feed get a property more: `joined`, true. */
  readonly record: string;
  /** What the record says, as a fingerprint without white space, commas and colons. */
  readonly meaning: string;
}

export interface DocumentSighting {
  readonly sightings: readonly Sighting[];
  readonly doubtfulKeys: readonly string[];
  /** Whether this counts as a reading of the feed, after which unseen entries are news. */
  readonly read: boolean;
  /** Whether the document was whole, so that what is absent may be forgotten in time. */
  readonly whole: boolean;
  /** Of the fingerprints: those of two versions are not compared. */
  readonly meaningVersion: string;
  /** Of the merge that records it; only for a feed that is being merged into another. */
  readonly round?: string;
}

export interface RecordLimits {
  /** A pause between two readings counts as watched up to this long. */
  readonly watchCapMs: number;
  readonly keepDays: number;
  readonly keepCount: number;
  readonly retentionMs: number;
  /** This many entries stay whatever their age… */
  readonly keepEntries: number;
  /** …and no more than this many whatever theirs, so that no feed can fill Redis. */
  readonly mostEntries: number;
  readonly mostAuthors: number;
  /** So many changes are remembered, the latest. */
  readonly mostEdits: number;
  /** From so many unseen entries of an unseen author on, older than the reading before, the author joins the feed with them. */
  readonly joinFrom: number;
}

export interface FanOutRecord {
  readonly id: string;
  /** Unseen entries, in order. */
  readonly numbers: readonly number[];
  /** Entries seen before that say something else now, and the feed's count of changes with each. */
  readonly edits: readonly { readonly n: number; readonly rev: number }[];
  readonly followers: readonly { readonly channel: string; readonly follower: FollowerRow }[];
}

export interface AuthorRow {
  readonly fold: string;
  readonly name: string;
  readonly count: number;
  readonly last: string;
}

/** A fan-out record in Redis. An older version wrote entries alone, under the first one's number. */
interface StoredFanOut {
  readonly numbers?: number[];
  readonly edits?: [number, number][];
  /** Rises from record to record. */
  readonly at?: number;
  readonly followers: [string, string][];
}

function parseFollower(value: string): FollowerRow {
  const [, since = "0", followId = "", settings = ""] = /^(\d+) (\S+) (.*)$/s.exec(value) ?? [];
  return { since: Number(since), followId, settings };
}

/** Feeds in Redis. It moves records and settings without knowing what is in them. */
export class FeedStore {
  readonly #redis: Redis;
  readonly #setDefinitive: Gathered<{ readonly feedId: string; readonly delayMs: number }>;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#setDefinitive = gatherPerTurn(async (shard, feeds) => {
      const times = feeds.flatMap(({ feedId, delayMs }) => [feedId, Math.round(delayMs)]);
      await run(redis, schedule.setDue, [dueKey(shard)], ["XX", ...times]);
    });
  }

  async idOf(url: string): Promise<string | null> {
    return await this.#redis.get(aliasKey(url));
  }

  /** Makes `url` a name of the feed, unless it is one of another feed already; returns the feed that it names now. */
  async alias(url: string, feedId: string): Promise<string> {
    await this.#redis.setnx(aliasKey(url), feedId);
    return (await this.#redis.get(aliasKey(url))) ?? feedId;
  }

  async state(feedId: string): Promise<FeedFields> {
    const text = String(await run(this.#redis, scripts.readState, [feedKeys(feedId).state], []));
    const pairs = text === "{}" ? [] : (JSON.parse(text) as string[]);
    const fields: Record<string, string> = {};
    for (let i = 0; i + 1 < pairs.length; i += 2) fields[pairs[i] ?? ""] = pairs[i + 1] ?? "";
    return fields;
  }

  async setState(feedId: string, fields: FeedFields): Promise<void> {
    if (Object.keys(fields).length > 0) await this.#redis.hset(feedKeys(feedId).state, fields);
  }

  /** As `setState`, unless a fan-out record is open: then nothing is written, and false. */
  async remember(feedId: string, fields: FeedFields): Promise<boolean> {
    const k = feedKeys(feedId);
    return (await run(this.#redis, scripts.remember, [k.state, k.fanout], Object.entries(fields).flat())) === 1;
  }

  /** Numbers of the entries that were unseen; `recordDocument` says what happens. */
  async record(feedId: string, document: DocumentSighting, limits: RecordLimits): Promise<number[]> {
    const k = feedKeys(feedId);
    const header = {
      ...limits,
      round: document.round ?? "",
      u: document.doubtfulKeys,
      read: document.read,
      whole: document.whole,
      meaningVersion: document.meaningVersion,
      entries: document.sightings.map((s) => ({
        t: s.testKeys,
        k: s.keys,
        w: s.wholeKey,
        s: s.keepWhole,
        a: s.authors,
        d: s.publishedAt,
        p: s.publishedMs,
        m: s.meaning,
      })),
    };
    const keys = [k.state, k.seen, k.entries, k.authors, k.followers, k.fanout, k.edits];
    const args = [toJson(header), ...document.sightings.map((s) => s.record)];
    return strings(await run(this.#redis, recordDocument, keys, args)).map(Number);
  }

  /** Records of the given numbers, null where one is gone. */
  async entries(feedId: string, numbers: readonly number[]): Promise<(string | null)[]> {
    if (numbers.length === 0) return [];
    const found = await this.#redis.hmget(feedKeys(feedId).entries, ...numbers.map(String));
    return found.map((value) => (value === null ? null : value.slice(value.indexOf("\n") + 1)));
  }

  async authors(feedId: string): Promise<AuthorRow[]> {
    const all = await this.#redis.hgetall(feedKeys(feedId).authors);
    return Object.entries(all).map(([fold, json]) => ({
      fold,
      ...(JSON.parse(json) as Omit<AuthorRow, "fold">),
    }));
  }

  async authorFolds(feedId: string): Promise<string[]> {
    return await this.#redis.hkeys(feedKeys(feedId).authors);
  }

  async openFanOuts(feedId: string): Promise<FanOutRecord[]> {
    const all = await this.#redis.hgetall(feedKeys(feedId).fanout);
    const records = Object.entries(all).map(([id, json]) => {
      const record = JSON.parse(json) as StoredFanOut;
      const { numbers = [], edits = [], followers } = record;
      return {
        id,
        at: record.at ?? Number(id),
        numbers,
        edits: edits.map(([n, rev]) => ({ n, rev })),
        followers: followers.map(([channel, value]) => ({
          channel,
          follower: parseFollower(value),
        })),
      };
    });
    return records.sort((a, b) => a.at - b.at);
  }

  async hasFanOut(feedId: string): Promise<boolean> {
    return (await this.#redis.exists(feedKeys(feedId).fanout)) === 1;
  }

  async closeFanOut(feedId: string, id: string): Promise<void> {
    await this.#redis.hdel(feedKeys(feedId).fanout, id);
  }

  async commitFollow(feedId: string, channel: string, followId: string, settings: string): Promise<void> {
    const k = feedKeys(feedId);
    await run(this.#redis, scripts.commitFollow, [k.state, k.followers], [channel, followId, settings]);
  }

  /** Changes a follow's settings by what they are at that instant; null when the channel does not follow. Returns the new ones. */
  async changeFollower(feedId: string, channel: string, change: (settings: string) => string): Promise<string | null> {
    for (;;) {
      const follower = await this.follower(feedId, channel);
      if (follower === null) return null;
      const settings = change(follower.settings);
      const keys = [feedKeys(feedId).followers];
      const result = await run(this.#redis, scripts.changeFollower, keys, [channel, follower.settings, settings]);
      if (result === "ok") return settings;
    }
  }

  async moveFollower(feedId: string, from: string, to: string, followId: string): Promise<void> {
    const k = feedKeys(feedId);
    await run(this.#redis, scripts.moveFollower, [k.followers, k.leaving], [from, to, followId]);
  }

  /** A merge's next round; the ones before cannot close the feed any more. */
  async beginMergeRound(feedId: string): Promise<string> {
    return String(await this.#redis.hincrby(feedKeys(feedId).state, "mergeTry", 1));
  }

  /** From now on only this round records in the feed; false when there is a newer one, or entries were recorded since `lastNumber`. */
  async close(feedId: string, round: string, lastNumber: string): Promise<boolean> {
    return (await run(this.#redis, scripts.closeFeed, [feedKeys(feedId).state], [round, lastNumber])) === 1;
  }

  /** The number of the newest entry, "0" for none. */
  async lastNumber(feedId: string): Promise<string> {
    return (await this.#redis.hget(feedKeys(feedId).state, "seq")) ?? "0";
  }

  /** The channel will follow, with these settings, from where `activateJoined` says. */
  async joinFollower(feedId: string, channel: string, followId: string, settings: string): Promise<void> {
    await run(this.#redis, scripts.joinFollower, [feedKeys(feedId).followers], [channel, followId, settings]);
  }

  /** Those of the channels who joined follow from here on, unless entries were recorded since `lastNumber`. */
  async activateJoined(feedId: string, lastNumber: string, channels: readonly string[]): Promise<void> {
    const k = feedKeys(feedId);
    await run(this.#redis, scripts.activateJoined, [k.state, k.followers], [lastNumber, ...channels]);
  }

  async holdFollower(feedId: string, channel: string): Promise<void> {
    await run(this.#redis, scripts.holdFollower, [feedKeys(feedId).followers], [channel]);
  }

  async follower(feedId: string, channel: string): Promise<FollowerRow | null> {
    const value = await this.#redis.hget(feedKeys(feedId).followers, channel);
    return value === null ? null : parseFollower(value);
  }

  async isFollowed(feedId: string): Promise<boolean> {
    return (await this.#redis.exists(feedKeys(feedId).followers)) === 1;
  }

  async followers(feedId: string): Promise<string[]> {
    return await this.#redis.hkeys(feedKeys(feedId).followers);
  }

  /** Removes a follower unless it follows anew. */
  async dropFollower(feedId: string, channel: string, followId: string): Promise<void> {
    const k = feedKeys(feedId);
    await run(this.#redis, scripts.dropFollower, [k.followers, k.leaving], [channel, followId]);
  }

  /** Claims due feeds of a shard, moving each to a provisional time first: after its own last interval, and not before `provisionalMs`. */
  async claimDue(
    shard: number,
    count: number,
    provisionalMs: number,
  ): Promise<{ ids: string[]; nextDueMs: number | null }> {
    const reply = strings(
      await run(this.#redis, schedule.claimDue, [dueKey(shard)], [count, Math.round(provisionalMs)]),
    );
    const next = reply.pop() ?? "";
    return { ids: reply, nextDueMs: next === "" ? null : Number(next) };
  }

  /** The definitive time of a feed that is still scheduled. */
  async reschedule(shard: number, feedId: string, delayMs: number): Promise<void> {
    await this.#setDefinitive(shard, { feedId, delayMs });
  }

  /** A feed that was claimed and not asked is due again after `delayMs`. */
  async postpone(shard: number, feedId: string, delayMs: number): Promise<void> {
    await run(this.#redis, schedule.postpone, [dueKey(shard)], [feedId, Math.round(delayMs)]);
  }

  /** Puts a feed on the schedule unless it is there. */
  async schedule(shard: number, feedId: string, delayMs: number): Promise<void> {
    await run(this.#redis, schedule.setDue, [dueKey(shard)], ["NX", feedId, Math.round(delayMs)]);
  }

  /** Another shard has the feed from now on. Between the two steps both do, and nobody asks sooner than the later of their times. */
  async moveDue(from: number, to: number, feedId: string, delayMs: number): Promise<void> {
    await run(this.#redis, schedule.setDue, [dueKey(to)], ["GT", feedId, Math.round(delayMs)]);
    await this.unschedule(from, feedId);
  }

  async unschedule(shard: number, feedId: string): Promise<void> {
    await this.#redis.zrem(dueKey(shard), feedId);
  }

  /** Redis time at which the feed is due, null when it is not scheduled. */
  async dueAt(shard: number, feedId: string): Promise<number | null> {
    const score = await this.#redis.zscore(dueKey(shard), feedId);
    return score === null ? null : Math.floor(Number(score));
  }

  async scheduled(shard: number): Promise<string[]> {
    return await this.#redis.zrange(dueKey(shard), "0", "-1");
  }
}

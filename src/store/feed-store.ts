import type { Redis } from "./connection.ts";
import * as scripts from "./feed-scripts.ts";
import { type FollowerRow, FollowerStore, parseFollower } from "./follower-store.ts";
import { aliasKey, feedKeys } from "./keys.ts";
import { recordDocument } from "./record-script.ts";
import { ScheduleStore } from "./schedule-store.ts";
import { run, strings, toJson } from "./script.ts";

/** A feed's state as stored: everything is text, "" or absent when unknown. */
export type FeedFields = Readonly<Record<string, string>>;

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

/** Feeds in Redis. It moves records and settings without knowing what is in them. */
export class FeedStore {
  readonly #redis: Redis;
  /** Who follows a feed. */
  readonly followers: FollowerStore;
  readonly schedule: ScheduleStore;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.followers = new FollowerStore(redis);
    this.schedule = new ScheduleStore(redis);
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
}

import type { RawEntry } from "../../src/feed/entry.ts";
import { fromRecord } from "../../src/feed/entry-record.ts";
import type { ReadDocument } from "../../src/feed/read/read-document.ts";
import { recordDocument, recordLimits } from "../../src/poll/record.ts";
import type { RecordLimits } from "../../src/store/feed-store.ts";
import { feedKeys } from "../../src/store/keys.ts";
import { freshFeedId, type RealRedis } from "../store/real-redis.ts";
import { documentOf } from "./documents.ts";

export const DAY_MS = 86_400_000;
export const LIMITS = recordLimits(180 * DAY_MS);

/** A feed of its own on a real Redis, read document by document. */
export interface Reader {
  readonly feedId: string;
  /** Numbers of the entries that were unseen, in posting order. */
  readonly read: (document: ReadDocument | readonly RawEntry[]) => Promise<readonly number[]>;
  /** Titles of the entries that were unseen, in posting order. */
  readonly news: (document: ReadDocument | readonly RawEntry[]) => Promise<readonly string[]>;
  /** How many identity keys are kept. */
  readonly keyCount: () => Promise<number>;
  /** Makes the last reading so long ago. */
  readonly waitDays: (days: number) => Promise<void>;
}

export function openReader(real: RealRedis, limits: RecordLimits = LIMITS): Reader {
  const feedId = freshFeedId();
  const keys = feedKeys(feedId);
  async function read(shown: ReadDocument | readonly RawEntry[]): Promise<readonly number[]> {
    const document = "whole" in shown ? shown : documentOf(shown);
    return await recordDocument(real.feeds, feedId, document, document.whole, limits);
  }
  async function news(shown: ReadDocument | readonly RawEntry[]): Promise<readonly string[]> {
    const records = await real.feeds.entries(feedId, await read(shown));
    return records.map((record) => fromRecord(record ?? "")?.titleRaw ?? "gone");
  }
  return {
    feedId,
    read,
    news,
    keyCount: async () => await real.redis.hlen(keys.seen),
    waitDays: async (days) => {
      await real.redis.hincrby(keys.state, "readAtMs", -Math.round(days * DAY_MS));
    },
  };
}

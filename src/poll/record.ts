import { understandEntries } from "../feed/authors.ts";
import { type Entry, type RawEntry, READING_VERSION } from "../feed/entry.ts";
import { toRecord } from "../feed/entry-record.ts";
import type { IdentifiedEntry } from "../feed/identity.ts";
import { MEANING_VERSION, meaningKept } from "../feed/meaning.ts";
import { foldName, peopleIn } from "../feed/names.ts";
import type { ReadDocument } from "../feed/read/read-document.ts";
import type { ModifiedOutcome } from "../feed/fetch/outcome.ts";
import { createPause } from "../pause.ts";
import type { FeedStore, RecordLimits, Sighting } from "../store/feed-store.ts";

/** Entries that another version has read are not compared: what differs may be its reading. */
const MEANING = `${String(READING_VERSION)}.${String(MEANING_VERSION)}`;
const DAY_MS = 86_400_000;
/** Design: no identity key goes before 180 watched days and 200 newer entries. */
const KEEP_DAYS = 180;
const KEEP_COUNT = 200;
const KEEP_ENTRIES = 100;
const MOST_ENTRIES = 5000;
const MOST_AUTHORS = 2000;
const JOIN_FROM = 3;
const MOST_EDITS = 500;
/** A feed that is asked once a day counts as watched all day. */
const WATCH_CAP_MS = 2 * DAY_MS;

export function recordLimits(retentionMs: number): RecordLimits {
  return {
    watchCapMs: WATCH_CAP_MS,
    keepDays: KEEP_DAYS,
    keepCount: KEEP_COUNT,
    retentionMs,
    keepEntries: KEEP_ENTRIES,
    mostEntries: MOST_ENTRIES,
    mostAuthors: MOST_AUTHORS,
    joinFrom: JOIN_FROM,
    mostEdits: MOST_EDITS,
  };
}

/**
 * Posting order: by date where all have one, else the document's, which is newest first unless the dates that are there
 * rise. Pure.
 */
export function postingOrder<T>(items: readonly T[], entryOf: (item: T) => RawEntry): T[] {
  const dates = items.map((item) => entryOf(item).publishedAt).filter((date) => date !== null);
  const oldestFirst = rises(dates) ? [...items] : items.toReversed();
  if (dates.length < items.length) return oldestFirst;
  return oldestFirst.sort((a, b) => compareText(entryOf(a).publishedAt ?? "", entryOf(b).publishedAt ?? ""));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function rises(dates: readonly string[]): boolean {
  return (
    dates.length > 1 && dates.every((date, i) => i === 0 || (dates[i - 1] ?? "") <= date) && dates[0] !== dates.at(-1)
  );
}

function toSighting(
  { testKeys, keys, wholeKey, keepWhole, meaning, linkKey }: IdentifiedEntry,
  entry: Entry,
): Sighting {
  return {
    testKeys,
    keys,
    wholeKey,
    keepWhole,
    authors: peopleIn(entry.author).map((name) => ({ fold: foldName(name), name })),
    publishedAt: entry.publishedAt ?? "",
    publishedMs: entry.publishedAt === null ? 0 : Date.parse(entry.publishedAt),
    record: toRecord({ ...entry, linkKey }),
    meaning: meaningKept(meaning, entry.protected),
  };
}

/** Marks a document's entries as seen and puts the unseen ones on their way. Returns the numbers of the unseen ones. */
export async function recordDocument(
  feeds: FeedStore,
  feedId: string,
  document: ReadDocument,
  read: boolean,
  limits: RecordLimits,
  round = "",
): Promise<number[]> {
  const known = await feeds.authorFolds(feedId);
  const pause = createPause();
  const understood = understandEntries(
    document.entries.map((item) => item.entry),
    new Set(known),
    document,
  );
  const items = document.entries.map((item, i) => ({ ...item, known: understood[i] ?? null }));
  const sightings: Sighting[] = [];
  for (const item of postingOrder(items, ({ entry }) => entry)) {
    if (item.known !== null) sightings.push(toSighting(item, item.known));
    await pause();
  }
  return await feeds.record(
    feedId,
    {
      sightings,
      doubtfulKeys: document.doubtfulKeys,
      read,
      whole: document.whole,
      meaningVersion: MEANING,
      round,
    },
    limits,
  );
}

/** What is written once the entries are safe: from then on an unchanged document need not be read again. */
export function readingFields(
  response: ModifiedOutcome,
  bodyHash: string,
  document: ReadDocument,
): Record<string, string> {
  const { etag, lastModified } = document.whole ? response.validators : { etag: null, lastModified: null };
  return {
    title: document.title,
    siteUrl: document.siteUrl,
    etag: etag ?? "",
    lastModified: lastModified ?? "",
    bodyHash: document.whole ? bodyHash : "",
    readingVersion: String(READING_VERSION),
    ttlMs: document.ttlSeconds === null ? "" : String(document.ttlSeconds * 1000),
  };
}

import { type SearchDocument, toDocument } from "./document.ts";
import { idFrom, IDS_PER_HOUR } from "./entry-ids.ts";
import type { Batch, FeedNumbers, FeedRow } from "./feed-row.ts";
import type { Connection } from "./index-file.ts";
import { noteWritten } from "./index-merge.ts";
import { IndexRows, type StoredRow } from "./index-rows.ts";

const USED_EVERY_MS = 3_600_000;

/** What the index knows of feeds, and the steps that bring it up to date. Each method is one transaction. */
export class IndexFeeds {
  readonly #db: Connection;
  readonly #rows;
  readonly #newestId;
  readonly #insertEntry;
  readonly #insertWords;

  constructor(db: Connection) {
    this.#db = db;
    this.#rows = new IndexRows(db);
    this.#newestId = db.prepare("SELECT max(id) AS id FROM entries WHERE id >= ? AND id < ?");
    this.#insertEntry = db.prepare("INSERT INTO entries(id, feed, number, atMs) VALUES (?, ?, ?, ?)");
    this.#insertWords = db.prepare("INSERT INTO words(rowid, text, title, names, tags) VALUES (?, ?, ?, ?, ?)");
  }

  /** Those of these feeds that the index knows, in the order given. */
  rows(feedIds: readonly string[]): ReadonlyMap<string, StoredRow> {
    return this.#rows.of(feedIds);
  }

  /** All feeds that the index knows. */
  count(): number {
    return this.#rows.count();
  }

  /** Returns the feed as it is afterwards: `batch.next`, or what another process made of it. */
  apply(batch: Batch): FeedRow | null {
    const { feedId, expected, next, numbers, records } = batch;
    return this.#change(feedId, () => {
      const row = this.#row(feedId);
      if (!isSame(row, expected)) return row;
      const feed = row?.id ?? this.#addFeed(next);
      const documents = numbers.flatMap((number, i) => {
        const [record, seenAtMs] = splitRecord(records[i] ?? "");
        const document = readDocument(record, seenAtMs);
        if (row !== null && number >= row.low && number <= row.high) this.#removeEntry(feed, number);
        return document === null ? [] : [{ number, ...document }];
      });
      // Ids that rise are written together; each that falls would begin a piece of the index of its own.
      for (const document of documents.sort((a, b) => a.atMs - b.atMs || a.number - b.number)) {
        const { atMs, number, title, text, names, tags } = document;
        const id = this.#freeId(atMs);
        this.#insertEntry.run([id, feed, number, atMs]);
        this.#insertWords.run([id, text, title, names, `f_${String(feed)} ${tags}`]);
      }
      noteWritten(this.#db, documents.length);
      const at = numbers.indexOf(next.high);
      const highSeenMs = at === -1 ? next.highSeenMs : splitRecord(records[at] ?? "")[1];
      return this.#setRow({ ...next, highSeenMs });
    });
  }

  /** Entries that Redis keeps no more leave the index. */
  trim({ feedId, first }: FeedNumbers): void {
    this.#change(feedId, () => {
      const row = this.#row(feedId);
      if (row === null) return;
      this.#removeBefore(row.id, first);
      const low = Math.max(row.low, first);
      this.#setRow({ ...row, first, low, high: Math.max(row.high, low - 1) });
    });
  }

  /** Forgets all of a feed. */
  drop(feedId: string): void {
    this.#change(feedId, () => {
      const row = this.#row(feedId);
      if (row === null) return;
      this.#removeBefore(row.id, Number.MAX_SAFE_INTEGER);
      this.#db.prepare("DELETE FROM feeds WHERE id = ?").run([row.id]);
    });
  }

  /** Notes that somebody looked in these feeds. */
  markUsed(rows: ReadonlyMap<string, StoredRow>, nowMs: number): void {
    const stale = [...rows.values()].filter(({ usedAtMs }) => usedAtMs < nowMs - USED_EVERY_MS);
    if (stale.length === 0) return;
    this.#transaction(() => {
      for (const { id } of stale) this.#db.prepare("UPDATE feeds SET usedAtMs = ? WHERE id = ?").run([nowMs, id]);
    });
    for (const { feedId } of stale) this.#rows.forget(feedId);
  }

  /** Feeds in which nobody looked since then. */
  unusedSince(atMs: number): readonly string[] {
    const rows = this.#db.prepare("SELECT feed FROM feeds WHERE usedAtMs < ?").all([atMs]) as { feed: string }[];
    return rows.map((row) => row.feed);
  }

  #row(feedId: string): StoredRow | null {
    return this.#rows.read([feedId]).get(feedId) ?? null;
  }

  #addFeed({ feedId }: FeedRow): number {
    const added = this.#db
      .prepare("INSERT INTO feeds(feed, low, high, edits, first, highSeenMs, usedAtMs) VALUES (?, 0, 0, 0, 0, 0, ?)")
      .run([feedId, Date.now()]);
    return Number(added.lastInsertRowid);
  }

  #setRow(row: FeedRow): FeedRow {
    const { feedId, low, high, edits, first, highSeenMs } = row;
    this.#db
      .prepare("UPDATE feeds SET low = ?, high = ?, edits = ?, first = ?, highSeenMs = ? WHERE feed = ?")
      .run([low, high, edits, first, highSeenMs, feedId]);
    return { feedId, low, high, edits, first, highSeenMs };
  }

  #removeEntry(feed: number, number: number): void {
    const entry = this.#db.prepare("SELECT id FROM entries WHERE feed = ? AND number = ?").get([feed, number]) as
      | { id: number }
      | undefined;
    if (entry !== undefined) this.#remove(entry.id);
  }

  #removeBefore(feed: number, number: number): void {
    const entries = this.#db.prepare("SELECT id FROM entries WHERE feed = ? AND number < ?").all([feed, number]);
    for (const { id } of entries as { id: number }[]) this.#remove(id);
    noteWritten(this.#db, entries.length);
  }

  #remove(id: number): void {
    this.#db.prepare("DELETE FROM words WHERE rowid = ?").run([id]);
    this.#db.prepare("DELETE FROM entries WHERE id = ?").run([id]);
  }

  #freeId(atMs: number): number {
    let from = idFrom(atMs);
    for (let drift = 0; ; drift += 1, from += IDS_PER_HOUR) {
      const { id } = this.#newestId.get([from, from + IDS_PER_HOUR]) as { id: number | null };
      if (id !== null && id + 1 === from + IDS_PER_HOUR) continue;
      if (drift > 0) this.#noteDrift(drift);
      return id === null ? from : id + 1;
    }
  }

  #noteDrift(hours: number): void {
    this.#db
      .prepare("UPDATE about SET value = ? WHERE name = 'drift' AND CAST(value AS INTEGER) < ?")
      .run([String(hours), hours]);
  }

  #change<T>(feedId: string, work: () => T): T {
    try {
      return this.#transaction(work);
    } finally {
      this.#rows.forget(feedId);
    }
  }

  #transaction<T>(work: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}

function isSame(row: FeedRow | null, expected: FeedRow | null): boolean {
  if (row === null || expected === null) return row === expected;
  return row.low === expected.low && row.high === expected.high && row.edits === expected.edits;
}

/** `<first seen, ms>,<keys>\n<JSON>` */
function splitRecord(stored: string): readonly [record: string, seenAtMs: number] {
  const seenAtMs = Number.parseInt(stored, 10);
  return [stored.slice(stored.indexOf("\n") + 1), Number.isNaN(seenAtMs) ? 0 : seenAtMs];
}

/** A record that nobody can read must not keep the others out. */
function readDocument(record: string, seenAtMs: number): SearchDocument | null {
  try {
    return toDocument(record, seenAtMs);
  } catch {
    return null;
  }
}

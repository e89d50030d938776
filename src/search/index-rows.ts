import type { FeedRow } from "./feed-row.ts";
import type { Connection } from "./index-file.ts";

/** A feed's row with what only the index itself needs. */
export interface StoredRow extends FeedRow {
  readonly id: number;
  readonly usedAtMs: number;
}

type Values = [string, number, number, number, number, number, number, number];

/**
 * What the index knows of feeds, remembered until this or another process writes: to ask SQLite for twenty rows takes as long as to
 * find a word.
 */
export class IndexRows {
  readonly #rows;
  readonly #count;
  readonly #version;
  readonly #known = new Map<string, StoredRow>();
  #knownCount: number | null = null;
  #knownVersion = -1;

  constructor(db: Connection) {
    // One statement for all: each costs as much as twenty rows do.
    this.#rows = db
      .prepare(
        "SELECT feed, id, low, high, edits, first, highSeenMs, usedAtMs FROM feeds WHERE feed IN (SELECT value FROM json_each(?))",
      )
      .raw();
    this.#count = db.prepare("SELECT count(*) AS count FROM feeds");
    this.#version = db.prepare("PRAGMA data_version");
  }

  /** Those of these feeds that the index knows, in the order given. */
  of(feedIds: readonly string[]): ReadonlyMap<string, StoredRow> {
    this.#forgetIfWritten();
    const missing = feedIds.filter((feedId) => !this.#known.has(feedId));
    if (missing.length > 0) for (const [feedId, row] of this.read(missing)) this.#known.set(feedId, row);
    const rows = new Map<string, StoredRow>();
    for (const feedId of feedIds) {
      const row = this.#known.get(feedId);
      if (row !== undefined) rows.set(feedId, row);
    }
    return rows;
  }

  /** The same as it stands in the index. */
  read(feedIds: readonly string[]): ReadonlyMap<string, StoredRow> {
    const found = this.#rows.all([JSON.stringify(feedIds)]) as Values[];
    return new Map(
      found.map(([feedId, id, low, high, edits, first, highSeenMs, usedAtMs]) => [
        feedId,
        { feedId, id, low, high, edits, first, highSeenMs, usedAtMs },
      ]),
    );
  }

  /** All feeds that the index knows. */
  count(): number {
    this.#forgetIfWritten();
    this.#knownCount ??= (this.#count.get([]) as { count: number }).count;
    return this.#knownCount;
  }

  /** To be called for a feed that this process writes: SQLite tells only of others. */
  forget(feedId: string): void {
    this.#known.delete(feedId);
    this.#knownCount = null;
  }

  #forgetIfWritten(): void {
    const { data_version: version } = this.#version.get([]) as { data_version: number };
    if (version === this.#knownVersion) return;
    this.#knownVersion = version;
    this.#known.clear();
    this.#knownCount = null;
  }
}

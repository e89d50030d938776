import type { Connection } from "./index-file.ts";

/** As much as takes about 5 ms. */
const PAGES_PER_STEP = 64;
const LEAST_ENTRIES = 64;
/** So much of the index may lie in smaller pieces: less would write all of it more often, for little. */
const MOST_UNMERGED = 1 / 8;

/**
 * FTS5 adds what is written as a piece of its own, and merges pieces only so far that there are never too many: ten, as a rule. Each word
 * of a question is looked up in every one, so that one piece answers two to three times as fast. It is made in small steps, each a
 * transaction: any process may do any of them, and one that is lost on the way is no loss.
 */
export class IndexMerge {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** true: there is more to do. */
  step(): boolean {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const hasMore = this.#step();
      this.#db.exec("COMMIT");
      return hasMore;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  #step(): boolean {
    if (numberOf(this.#db, "isMerging") === 0) {
      const unmerged = numberOf(this.#db, "unmerged");
      if (unmerged < LEAST_ENTRIES || unmerged < numberOf(this.#db, "merged") * MOST_UNMERGED) return false;
      this.#set("isMerging", 1);
      this.#set("unmerged", 0);
      this.#merge(-PAGES_PER_STEP);
      return true;
    }
    if (this.#merge(PAGES_PER_STEP)) return true;
    const { count } = this.#db.prepare("SELECT count(*) AS count FROM entries").get([]) as { count: number };
    this.#set("isMerging", 0);
    this.#set("merged", count);
    return false;
  }

  /** A negative number begins to merge all there is. false: nothing was left to merge (https://sqlite.org/fts5.html#the_merge_command). */
  #merge(pages: number): boolean {
    const before = this.#changes();
    this.#db.exec(`INSERT INTO words(words, rank) VALUES('merge', ${String(pages)})`);
    return this.#changes() - before >= 2;
  }

  #changes(): number {
    return (this.#db.prepare("SELECT total_changes() AS changes").get([]) as { changes: number }).changes;
  }

  #set(name: string, value: number): void {
    this.#db.prepare("UPDATE about SET value = ? WHERE name = ?").run([String(value), name]);
  }
}

/** To be called within the transaction that writes or removes so many entries. */
export function noteWritten(db: Connection, entries: number): void {
  if (entries === 0) return;
  db.prepare(
    "UPDATE about SET value = CAST(CAST(value AS INTEGER) + CAST(? AS INTEGER) AS TEXT) WHERE name = 'unmerged'",
  ).run([entries]);
}

/** What the index notes of itself. */
export function numberOf(db: Connection, name: "drift" | "unmerged" | "merged" | "isMerging"): number {
  const row = db.prepare("SELECT value FROM about WHERE name = ?").get([name]) as { value: string } | undefined;
  return Number(row?.value ?? 0);
}

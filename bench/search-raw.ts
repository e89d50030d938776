import { join } from "node:path";
import Database from "libsql";
import { feedTag, matchOf } from "../src/search/match.ts";
import { tokensOf } from "../src/search/tokens.ts";
import { htmlToPlain } from "../src/feed/text.ts";
import type { Question } from "./search-questions.ts";
import type { MadeEntry } from "./search-text.ts";

/**
 * FTS5 and nothing else, in this thread: what the index is measured against. Ids in the order of publication, one column of tags,
 * the prefixes that a plain table would have.
 */
export class RawIndex {
  readonly #db: InstanceType<typeof Database>;
  readonly #insert;
  #id = 0;

  constructor(folder: string) {
    this.#db = new Database(join(folder, "raw.db"));
    this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    this.#db.exec(
      "CREATE VIRTUAL TABLE words USING fts5(title, text, names, tags, content='', contentless_delete=1, prefix='2 3 4', tokenize=\"ascii tokenchars '_'\")",
    );
    this.#insert = this.#db.prepare("INSERT INTO words(rowid, title, text, names, tags) VALUES (?, ?, ?, ?, ?)");
  }

  /** Words are folded and markup is taken out here, too: that is what is on disk, whoever does it. */
  add(entries: readonly { readonly entry: MadeEntry; readonly feed: number }[]): void {
    this.#db.exec("BEGIN");
    for (const { entry, feed } of entries) {
      const words = (text: string): string => tokensOf(text).join(" ");
      const text = words(htmlToPlain(entry.html).slice(0, 2_048));
      const tags = `${feedTag(feed)} a_${tokensOf(entry.author).join("")}`;
      this.#id += 1;
      this.#insert.run([this.#id, words(entry.title), text, words(entry.author), tags]);
    }
    this.#db.exec("COMMIT");
  }

  find({ query, feeds }: Question, all: ReadonlyMap<string, number>): number {
    const tags = feeds.map((feed) => feedTag(all.get(feed) ?? 0));
    const match = matchOf(query, tags, feeds.length === all.size);
    const order = query.sort === "best" ? "bm25(words, 6.0, 1.0, 3.0, 0.0)" : "rowid DESC";
    const sql = `SELECT rowid FROM words WHERE words MATCH ? ORDER BY ${order} LIMIT 5`;
    return this.#db.prepare(sql).raw().all([match]).length;
  }

  /** One piece of all, as the index has it. */
  merge(): void {
    this.#db.exec("INSERT INTO words(words) VALUES('optimize')");
  }

  bytes(): number {
    this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const row = this.#db
      .prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()")
      .get([]);
    return (row as { bytes: number }).bytes;
  }

  close(): void {
    this.#db.close();
  }
}

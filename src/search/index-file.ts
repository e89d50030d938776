import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";

/** Raise it when the tables, the tokens or what is indexed of an entry change: the index is then made anew. */
const SCHEMA_VERSION = 2;
const BUSY_MS = 5_000;
/** Of another version or installation, and not written to for so long: nobody uses it any more. */
const STALE_MS = 86_400_000;
/** The file, the log of what is not yet in it, and how processes share that. */
const PARTS = ["", "-wal", "-shm"];

export type Connection = InstanceType<typeof Database>;

/**
 * Entries are numbered so that a higher id is a newer entry (`entry-ids.ts`): FTS5 gives the newest first and stops when it has enough.
 * It keeps no content, and has the text as its first column: a word of any other takes two bytes more, in each of its four indexes.
 * Beginnings of two to four letters have indexes of their own: any other is put together from all words that begin so.
 * The ASCII tokenizer leaves every other letter alone: words are folded and divided by `tokensOf` alone.
 */
const SCHEMA = `
CREATE TABLE about(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE feeds(
  id INTEGER PRIMARY KEY, feed TEXT NOT NULL UNIQUE, low INTEGER NOT NULL, high INTEGER NOT NULL,
  edits INTEGER NOT NULL, first INTEGER NOT NULL, highSeenMs INTEGER NOT NULL, usedAtMs INTEGER NOT NULL
);
CREATE TABLE entries(id INTEGER PRIMARY KEY, feed INTEGER NOT NULL, number INTEGER NOT NULL, atMs INTEGER NOT NULL);
CREATE UNIQUE INDEX entryNumbers ON entries(feed, number);
CREATE VIRTUAL TABLE words USING fts5(
  text, title, names, tags, content='', contentless_delete=1, prefix='2 3 4', tokenize="ascii tokenchars '_'"
);
`;

export interface OpenIndex {
  readonly db: Connection;
  /** "" in memory. */
  readonly path: string;
  /** Whether the files are still the ones that were opened. */
  isIntact(): boolean;
  close(): void;
}

/** An index without a file, for as long as the process lives. */
export function openInMemory(installation: string): OpenIndex {
  const db = new Database(":memory:");
  prepare(db, installation);
  return { db, path: "", isIntact: () => true, close: () => db.close() };
}

/**
 * The newest index in the folder, made when there is none. One that cannot be used is removed, and what is wrong with it thrown; then
 * the next call makes another. Each has a name of its own: SQLite removes the log of a file by its name, so a process that still closes
 * a damaged index would take away the next one's.
 */
export function openIndex(folder: string, installation: string): OpenIndex {
  mkdirSync(folder, { recursive: true });
  const begin = `index-v${String(SCHEMA_VERSION)}-${createHash("sha256").update(installation).digest("hex").slice(0, 8)}-`;
  const name = newestIndex(folder, begin) ?? createIndex(folder, begin);
  const path = join(folder, name);
  const db = new Database(path, { timeout: BUSY_MS });
  try {
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    prepare(db, installation);
    const files = PARTS.slice(0, 2).map((part) => `${path}${part}`);
    return { db, path, isIntact: watch(files), close: () => db.close() };
  } catch (error) {
    db.close();
    if (!isBusy(error)) removeIndex(path);
    throw error;
  }
}

function newestIndex(folder: string, begin: string): string | undefined {
  return readdirSync(folder)
    .filter((name) => name.startsWith(begin) && name.endsWith(".db"))
    .sort((a, b) => b.localeCompare(a))[0];
}

/** Of two processes that do so at once one wins: both take the newest then, and the other file is removed with the stale ones. */
function createIndex(folder: string, begin: string): string {
  removeStale(folder);
  const name = `${begin}${String(Date.now()).padStart(14, "0")}.db`;
  closeSync(openSync(join(folder, name), "a"));
  return newestIndex(folder, begin) ?? name;
}

function removeStale(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => /^index-.*\.db$/.test(name))) {
    const path = join(folder, name);
    const written = PARTS.map((part) => statSync(`${path}${part}`, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (Math.max(...written) < Date.now() - STALE_MS) removeIndex(path);
  }
}

export function removeIndex(path: string): void {
  for (const part of PARTS) rmSync(`${path}${part}`, { force: true });
}

/** Another process has held the index for longer than `BUSY_MS`. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}

function prepare(db: Connection, installation: string): void {
  db.exec("BEGIN IMMEDIATE");
  const isNew = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'about'").get() === undefined;
  if (isNew) {
    db.exec(SCHEMA);
    db.prepare(
      "INSERT INTO about VALUES ('installation', ?), ('drift', '0'), ('unmerged', '0'), ('merged', '0'), ('isMerging', '0')",
    ).run([installation]);
  } else {
    const about = db.prepare("SELECT value FROM about WHERE name = 'installation'").get() as
      | { value: string }
      | undefined;
    if (about?.value !== installation) {
      db.exec("ROLLBACK");
      throw new Error("the index is of another installation");
    }
  }
  db.exec("COMMIT");
}

/** Whether the files are the ones that are there now. Neither becomes smaller as long as somebody has them open. */
function watch(files: readonly string[]): () => boolean {
  const look = (): readonly { ino: number; size: number }[] =>
    files.map((file) => statSync(file, { throwIfNoEntry: false }) ?? { ino: 0, size: 0 });
  let before = look();
  return () => {
    const now = look();
    const isSame = now.every(({ ino, size }, i) => ino === before[i]?.ino && size >= before[i].size);
    before = now;
    return isSame;
  };
}

import { idFrom, type IndexFeeds } from "./index-feeds.ts";
import type { Connection } from "./index-file.ts";
import { feedTag, matchOf } from "./match.ts";
import type { Query } from "./query.ts";

/** Who wants to know of more looks for something else; counting all of a common word takes longer than finding the newest. */
const MOST_COUNTED = 200;
const MINUTE_MS = 60_000;
/** How much a word counts where it stands: title, text, names, tags. */
const WEIGHTS = "6.0, 1.0, 3.0, 0.0";

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

export interface Found {
  readonly entries: readonly { readonly feedId: string; readonly number: number }[];
  readonly total: number;
  readonly isTotalExact: boolean;
}

interface Hit {
  readonly feed: number;
  readonly number: number;
  readonly atMs: number;
  readonly id: number;
}

/** The entries of these feeds that fit, as far as the index knows. */
export function findEntries(
  db: Connection,
  feeds: IndexFeeds,
  feedIds: readonly string[],
  query: Query,
  page: Page,
): Found {
  const rows = new Map<number, string>();
  for (const feedId of feedIds) {
    const row = feeds.row(feedId);
    if (row !== null) rows.set(row.id, feedId);
  }
  const { count } = db.prepare("SELECT count(*) AS count FROM feeds").get([]) as { count: number };
  const isAll = rows.size === count;
  if (rows.size === 0) return { entries: [], total: 0, isTotalExact: true };
  const most = Math.max(page.offset + page.limit, MOST_COUNTED) + 1;
  const match = matchOf(query, [...rows.keys()].map(feedTag), isAll);
  const hits = select(db, query, match, most);
  const sorted = query.sort === "best" && match !== "" ? hits : [...hits].sort(newestFirst);
  return {
    entries: sorted
      .slice(page.offset, page.offset + page.limit)
      .map(({ feed, number }) => ({ feedId: rows.get(feed) ?? "", number })),
    total: Math.min(hits.length, most - 1),
    isTotalExact: hits.length < most,
  };
}

/** Ids are in order up to the minute, and a little beyond where a minute was full. */
function newestFirst(a: Hit, b: Hit): number {
  return b.atMs - a.atMs || b.number - a.number || b.id - a.id;
}

function select(db: Connection, query: Query, match: string, most: number): readonly Hit[] {
  const { sinceMs, beforeMs, sort } = query;
  const columns = "e.feed, e.number, e.atMs, e.id";
  const [source, id] =
    match === "" ? ["entries AS e", "e.id"] : ["words CROSS JOIN entries AS e ON e.id = words.rowid", "words.rowid"];
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  // FTS5 sees only whole numbers as limits, and a number is bound as a real one.
  const add = (condition: string, ...bound: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  if (match !== "") add("words MATCH ?", match);
  if (sinceMs !== null) add(`${id} >= CAST(? AS INTEGER) AND e.atMs >= ?`, idFrom(sinceMs), sinceMs);
  if (beforeMs !== null)
    add(`${id} < CAST(? AS INTEGER) AND e.atMs < ?`, idFrom(beforeMs + (driftMinutes(db) + 1) * MINUTE_MS), beforeMs);
  const order = sort === "best" && match !== "" ? `bm25(words, ${WEIGHTS}), ${id} DESC` : `${id} DESC`;
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const sql = `SELECT ${columns} FROM ${source} ${where} ORDER BY ${order} LIMIT CAST(? AS INTEGER)`;
  return (
    db
      .prepare(sql)
      .raw()
      .all([...values, most]) as [number, number, number, number][]
  ).map(([feed, number, atMs, entryId]) => ({ feed, number, atMs, id: entryId }));
}

function driftMinutes(db: Connection): number {
  const row = db.prepare("SELECT value FROM about WHERE name = 'driftMinutes'").get([]) as
    | { value: string }
    | undefined;
  return Number(row?.value ?? 0);
}

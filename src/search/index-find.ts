import { idFrom, timeOfId } from "./index-feeds.ts";
import type { Connection } from "./index-file.ts";
import { feedTag, matchOf } from "./match.ts";
import type { Query } from "./query.ts";

/** Who wants to know of more looks for something else; counting all of a common word takes longer than finding the newest. */
const MOST_COUNTED = 100;
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
  feeds: ReadonlyMap<string, { readonly id: number }>,
  query: Query,
  page: Page,
): Found {
  const rows = new Map([...feeds].map(([feedId, { id }]) => [id, feedId]));
  const { count } = db.prepare("SELECT count(*) AS count FROM feeds").get([]) as { count: number };
  if (rows.size === 0) return { entries: [], total: 0, isTotalExact: true };
  const most = Math.max(page.offset + page.limit, MOST_COUNTED) + 1;
  const match = matchOf(query, [...rows.keys()].map(feedTag), rows.size === count);
  const isBest = query.sort === "best" && match !== "";
  const hits = select(db, query, match, { most });
  const sorted = isBest ? hits : sortedByTime(db, query, match, page, hits, hits.length === most);
  return {
    entries: sorted
      .slice(page.offset, page.offset + page.limit)
      .map(({ feed, number }) => ({ feedId: rows.get(feed) ?? "", number })),
    total: Math.min(hits.length, most - 1),
    isTotalExact: hits.length < most,
  };
}

/**
 * Ids are in order up to the minute, and up to `driftMinutes` where a minute was full. So where there is more, and the page reaches into
 * the last minute, all of that minute is needed to know what comes first: else one page might repeat what another has shown.
 */
function sortedByTime(
  db: Connection,
  query: Query,
  match: string,
  page: Page,
  hits: readonly Hit[],
  hasMore: boolean,
): readonly Hit[] {
  const sorted = [...hits].sort(newestFirst);
  const lastOfPage = sorted[Math.min(page.offset + page.limit, sorted.length) - 1];
  const lastId = hits.at(-1)?.id ?? 0;
  const lastMinuteMs = timeOfId(lastId);
  if (!hasMore || lastOfPage === undefined || lastOfPage.atMs >= lastMinuteMs + MINUTE_MS) return sorted;
  const from = idFrom(lastMinuteMs - driftMinutes(db) * MINUTE_MS);
  return [...sorted, ...select(db, query, match, { from, below: lastId })].sort(newestFirst);
}

function newestFirst(a: Hit, b: Hit): number {
  return b.atMs - a.atMs || b.number - a.number || b.id - a.id;
}

interface Range {
  /** Ids: inclusive and exclusive. */
  readonly from?: number;
  readonly below?: number;
  readonly most?: number;
}

function select(db: Connection, query: Query, match: string, { from, below, most }: Range): readonly Hit[] {
  const { sinceMs, beforeMs, sort } = query;
  const [source, id] =
    match === "" ? ["entries AS e", "e.id"] : ["words CROSS JOIN entries AS e ON e.id = words.rowid", "words.rowid"];
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, ...bound: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  if (match !== "") add("words MATCH ?", match);
  // FTS5 takes only whole numbers for limits, and a number is bound as a real one.
  const least = Math.max(from ?? 0, sinceMs === null ? 0 : idFrom(sinceMs));
  if (least > 0) add(`${id} >= CAST(? AS INTEGER)`, least);
  if (sinceMs !== null) add("e.atMs >= ?", sinceMs);
  const end = beforeMs === null ? Infinity : idFrom(beforeMs + (driftMinutes(db) + 1) * MINUTE_MS);
  if (Math.min(below ?? Infinity, end) < Infinity) add(`${id} < CAST(? AS INTEGER)`, Math.min(below ?? Infinity, end));
  if (beforeMs !== null) add("e.atMs < ?", beforeMs);
  const order = sort === "best" && match !== "" ? `bm25(words, ${WEIGHTS}), ${id} DESC` : `${id} DESC`;
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const limit = most === undefined ? "" : `LIMIT ${String(most)}`;
  const sql = `SELECT e.feed, e.number, e.atMs, e.id FROM ${source} ${where} ORDER BY ${order} ${limit}`;
  const rows = db.prepare(sql).raw().all(values) as [number, number, number, number][];
  return rows.map(([feed, number, atMs, entryId]) => ({ feed, number, atMs, id: entryId }));
}

function driftMinutes(db: Connection): number {
  const row = db.prepare("SELECT value FROM about WHERE name = 'driftMinutes'").get([]) as
    | { value: string }
    | undefined;
  return Number(row?.value ?? 0);
}

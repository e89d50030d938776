import { idFrom, idPast } from "./entry-ids.ts";
import type { IndexFeeds } from "./index-feeds.ts";
import type { Connection } from "./index-file.ts";
import { numberOf } from "./index-merge.ts";
import type { StoredRow } from "./index-rows.ts";
import { feedTag, matchOf } from "./match.ts";
import type { Query } from "./query.ts";

/** Who wants to know of more looks for something else; counting all of a common word takes longer than finding the newest. */
const MOST_COUNTED = 100;
/** How much a word counts where it stands: text, title, names, tags. */
const WEIGHTS = "1.0, 6.0, 3.0, 0.0";

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
  readonly id: number;
  readonly feed: number;
  readonly number: number;
  readonly atMs: number;
}

interface Range {
  /** Ids: inclusive and exclusive. */
  readonly from?: number;
  readonly below?: number;
  readonly most?: number;
}

/** Looks entries up. Of what FTS5 finds it takes the ids alone; whose they are is read only of those that are shown. */
export class IndexFind {
  readonly #db: Connection;
  readonly #feeds: IndexFeeds;
  readonly #hits;

  constructor(db: Connection, feeds: IndexFeeds) {
    this.#db = db;
    this.#feeds = feeds;
    this.#hits = db
      .prepare("SELECT id, feed, number, atMs FROM entries WHERE id IN (SELECT value FROM json_each(?))")
      .raw();
  }

  /** The entries of these feeds that fit, as far as the index knows. */
  find(rows: ReadonlyMap<string, StoredRow>, query: Query, page: Page): Found {
    if (rows.size === 0) return { entries: [], total: 0, isTotalExact: true };
    const feedIds = new Map([...rows].map(([feedId, { id }]) => [id, feedId]));
    const most = Math.max(page.offset + page.limit, MOST_COUNTED) + 1;
    const match = matchOf(query, [...feedIds.keys()].map(feedTag), rows.size === this.#feeds.count());
    const ids = this.#select(query, match, { most });
    const isBest = query.sort === "best" && match !== "";
    const hits = isBest ? this.#best(ids, page) : this.#newest(query, match, page, ids, ids.length === most);
    return {
      entries: hits.map(({ feed, number }) => ({ feedId: feedIds.get(feed) ?? "", number })),
      total: Math.min(ids.length, most - 1),
      isTotalExact: ids.length < most,
    };
  }

  #best(ids: readonly number[], { offset, limit }: Page): readonly Hit[] {
    const wanted = ids.slice(offset, offset + limit);
    const hits = new Map(this.#hitsOf(wanted).map((hit) => [hit.id, hit]));
    return wanted.flatMap((id) => hits.get(id) ?? []);
  }

  /**
   * Ids are in order up to the hour, and up to the drift where an hour was full: what is at least as new as the last of the page has an id
   * at least as high as that one's hour has. All of it is needed to know what comes first: else one page might repeat what another has
   * shown.
   */
  #newest(
    query: Query,
    match: string,
    { offset, limit }: Page,
    ids: readonly number[],
    hasMore: boolean,
  ): readonly Hit[] {
    const first = this.#hitsOf(ids.slice(0, offset + limit)).toSorted(newestFirst);
    const last = first.at(-1);
    if (last === undefined) return [];
    const from = idFrom(last.atMs);
    const near = ids.slice(first.length).filter((id) => id >= from);
    const lowest = ids.at(-1) ?? 0;
    const behind = hasMore && lowest > from ? this.#select(query, match, { from, below: lowest }) : [];
    const others = [...near, ...behind];
    const all = others.length === 0 ? first : [...first, ...this.#hitsOf(others)].sort(newestFirst);
    return all.slice(offset, offset + limit);
  }

  #hitsOf(ids: readonly number[]): readonly Hit[] {
    const rows = this.#hits.all([JSON.stringify(ids)]) as [number, number, number, number][];
    return rows.map(([id, feed, number, atMs]) => ({ id, feed, number, atMs }));
  }

  #select(query: Query, match: string, { from, below, most }: Range): readonly number[] {
    const { sinceMs, beforeMs, sort } = query;
    const hasDates = sinceMs !== null || beforeMs !== null;
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const add = (condition: string, ...bound: (string | number)[]): void => {
      conditions.push(condition);
      values.push(...bound);
    };
    const id = match === "" ? "e.id" : "words.rowid";
    if (match !== "") add("words MATCH ?", match);
    // FTS5 takes only whole numbers for limits, and a number is bound as a real one.
    const least = Math.max(from ?? 0, sinceMs === null ? 0 : idFrom(sinceMs));
    if (least > 0) add(`${id} >= CAST(? AS INTEGER)`, least);
    if (sinceMs !== null) add("e.atMs >= ?", sinceMs);
    const end = beforeMs === null ? Infinity : idPast(beforeMs, numberOf(this.#db, "drift"));
    if (Math.min(below ?? Infinity, end) < Infinity)
      add(`${id} < CAST(? AS INTEGER)`, Math.min(below ?? Infinity, end));
    if (beforeMs !== null) add("e.atMs < ?", beforeMs);
    const order = sort === "best" && match !== "" ? `bm25(words, ${WEIGHTS}), ${id} DESC` : `${id} DESC`;
    const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const limit = most === undefined ? "" : `LIMIT ${String(most)}`;
    const sql = `SELECT ${id} FROM ${sourceOf(match, hasDates)} ${where} ORDER BY ${order} ${limit}`;
    return this.#db
      .prepare(sql)
      .raw()
      .all(values)
      .map((row) => (row as [number])[0]);
  }
}

function sourceOf(match: string, hasDates: boolean): string {
  if (match === "") return "entries AS e";
  return hasDates ? "words CROSS JOIN entries AS e ON e.id = words.rowid" : "words";
}

function newestFirst(a: Hit, b: Hit): number {
  return b.atMs - a.atMs || b.number - a.number || b.id - a.id;
}

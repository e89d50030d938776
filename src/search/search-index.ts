import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fromRecord, type StoredEntry } from "../feed/entry-record.ts";
import type { Logger } from "../logger.ts";
import { createPause } from "../pause.ts";
import type { SearchStore } from "../store/search-store.ts";
import { CatchUp, type Lag } from "./catch-up.ts";
import { entriesBehind, type FeedNumbers, isCurrent } from "./feed-row.ts";
import { type FragmentPart, fragmentOf } from "./fragment.ts";
import type { Found, Page } from "./index-find.ts";
import type { Query } from "./query.ts";
import { SearchThread } from "./search-thread.ts";

/** How long somebody waits for what the index has not read yet. */
const CATCH_UP_MS = 300;

export interface FoundEntry {
  readonly feedId: string;
  readonly number: number;
  readonly entry: StoredEntry;
}

export interface SearchHit extends FoundEntry {
  /** What of its text answers the query; [] for an entry without text. */
  readonly fragment: readonly FragmentPart[];
}

interface Counted {
  readonly total: number;
  /** false: there are more than `total`, or entries are still being read. */
  readonly isTotalExact: boolean;
  /** Entries of these feeds that the index has not read yet. What it has read are the newest. */
  readonly stillReading: number;
}

export interface FoundEntries extends Counted {
  readonly entries: readonly FoundEntry[];
}

export interface SearchResult extends Counted {
  readonly hits: readonly SearchHit[];
}

export interface SearchOptions {
  readonly dataDir: string;
  readonly installation: string;
  readonly store: SearchStore;
  readonly log: Logger;
}

/**
 * Finds entries of feeds. What Redis holds at the time of asking is found, on every process and host: before it answers it reads what is
 * new, as much as it can in 300 ms.
 */
export class SearchIndex {
  readonly #store: SearchStore;
  readonly #thread: SearchThread;
  readonly #catchUp: CatchUp;
  /** Feeds whose newest entry was compared with Redis over this connection. */
  readonly #compared = new Set<string>();
  #connection = 0;
  #behind = 0;

  constructor({ dataDir, installation, store, log }: SearchOptions) {
    this.#store = store;
    this.#thread = new SearchThread({ folder: join(dataDir, "search"), installation }, ({ event, reason }) => {
      this.#compared.clear();
      log.warn(
        { reason },
        event === "in-memory" ? "the search index is kept in memory" : "the search index is made anew",
      );
    });
    this.#catchUp = new CatchUp(store, this.#thread);
  }

  /** Entries that the feeds which are being caught up with lacked when that began; 0 when none is. */
  get entriesBehind(): number {
    return this.#behind;
  }

  /** Entries of these feeds that answer the query, in its order. Rejects only when the thread cannot work at all. */
  async find(feedIds: readonly string[], query: Query, page: Page): Promise<SearchResult> {
    const { entries, ...rest } = await this.entries(feedIds, query, page);
    const hits: SearchHit[] = [];
    const pause = createPause();
    for (const found of entries) {
      hits.push({ ...found, fragment: fragmentOf(found.entry, query) });
      await pause();
    }
    return { ...rest, hits };
  }

  /** The same for those who show no text of it. */
  async entries(feedIds: readonly string[], query: Query, page: Page): Promise<FoundEntries> {
    const { found, stillReading } = await this.#find([...new Set(feedIds)], query, page);
    return {
      entries: await this.#entriesOf(found),
      total: found.total,
      isTotalExact: found.isTotalExact && stillReading === 0,
      stillReading,
    };
  }

  /** Reads all there is of these feeds, however long it takes, and after each step rests `rest` times as long. */
  async catchUpWith(feedIds: readonly string[], isOver: () => boolean, rest = 0): Promise<void> {
    const feeds = await this.#store.progress(feedIds);
    const rows = await this.#thread.ask("rows", { feeds });
    const lags = await this.#settled(toLags(feeds, rows));
    this.#behind = lags.reduce((sum, { numbers, row }) => sum + entriesBehind(row, numbers), 0);
    await this.#catchUp.run(lags, isOver, rest);
    this.#behind = 0;
  }

  /** Makes one piece of the many that writing leaves, where that is worth it; rests as long as it works. */
  async tidy(isOver: () => boolean): Promise<void> {
    for (let hasMore = true; hasMore && !isOver();) {
      const startedMs = performance.now();
      hasMore = await this.#thread.ask("merge", null);
      if (hasMore) await sleep(performance.now() - startedMs, undefined, { ref: false });
    }
  }

  /** Drops feeds that are not among these and that nobody searched since then. */
  async forgetUnused(followed: ReadonlySet<string>, sinceMs: number): Promise<void> {
    const unused = await this.#thread.ask("unused", { sinceMs });
    for (const feedId of unused) if (!followed.has(feedId)) await this.#thread.ask("drop", { feedId });
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }

  /** Most often the index is as far as Redis: so both are asked at once, and what was found is the answer if they agree. */
  async #find(
    feedIds: readonly string[],
    query: Query,
    page: Page,
  ): Promise<{ readonly found: Found; readonly stillReading: number }> {
    const [feeds, first] = await Promise.all([
      this.#store.progress(feedIds),
      this.#thread.ask("find", { feedIds, query, page }),
    ]);
    const isKnown = this.#areCompared(feeds);
    if (isKnown && feeds.every((numbers, i) => isCurrent(first.rows[i] ?? null, numbers)))
      return { found: first.found, stillReading: 0 };
    const deadline = performance.now() + CATCH_UP_MS;
    const rows = await this.#thread.ask("rows", { feeds });
    const lags = await this.#settled(toLags(feeds, rows));
    await this.#catchUp.run(lags, () => performance.now() > deadline);
    const numbers = lags.map((lag) => lag.numbers);
    const second = await this.#thread.ask("find", { feedIds: numbers.map(({ feedId }) => feedId), query, page });
    const stillReading = numbers.reduce((sum, one, i) => sum + entriesBehind(second.rows[i] ?? null, one), 0);
    return { found: second.found, stillReading };
  }

  #areCompared(feeds: readonly FeedNumbers[]): boolean {
    if (this.#store.connection !== this.#connection) {
      this.#connection = this.#store.connection;
      this.#compared.clear();
    }
    return feeds.every(({ feedId }) => this.#compared.has(feedId));
  }

  async #settled(lags: readonly Lag[]): Promise<readonly Lag[]> {
    const settled = await this.#catchUp.settleAhead(lags);
    const isStrange = ({ numbers }: Lag): boolean => !this.#compared.has(numbers.feedId);
    const compared = await this.#catchUp.settleStrange(settled.filter(isStrange));
    for (const { numbers } of compared) this.#compared.add(numbers.feedId);
    return [
      ...settled.filter((lag) => !compared.some((one) => one.numbers.feedId === lag.numbers.feedId)),
      ...compared,
    ];
  }

  /** An entry that was trimmed since it was found is left out. */
  async #entriesOf({ entries }: Found): Promise<readonly FoundEntry[]> {
    const byFeed = new Map<string, number[]>();
    for (const { feedId, number } of entries) byFeed.set(feedId, [...(byFeed.get(feedId) ?? []), number]);
    const read = [...byFeed].map(async ([feedId, numbers]) => {
      const records = await this.#store.records(feedId, numbers);
      return numbers.map((number, i) => [`${feedId}.${String(number)}`, records[i] ?? ""] as const);
    });
    const records = new Map((await Promise.all(read)).flat());
    return entries.flatMap(({ feedId, number }) => {
      const stored = records.get(`${feedId}.${String(number)}`) ?? "";
      const entry = fromRecord(stored.slice(stored.indexOf("\n") + 1));
      return entry === null ? [] : [{ feedId, number, entry }];
    });
  }
}

function toLags(feeds: readonly FeedNumbers[], rows: readonly Lag["row"][]): readonly Lag[] {
  return feeds.map((numbers, i) => ({ numbers, row: rows[i] ?? null }));
}

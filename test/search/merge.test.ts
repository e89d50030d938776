import { afterEach, beforeEach, expect, test } from "vitest";
import type { FeedRow } from "../../src/search/feed-row.ts";
import { IndexFeeds } from "../../src/search/index-feeds.ts";
import { type OpenIndex, openInMemory } from "../../src/search/index-file.ts";
import { IndexFind } from "../../src/search/index-find.ts";
import { IndexMerge } from "../../src/search/index-merge.ts";
import { parseQuery } from "../../src/search/parse-query.ts";

const FEED = "feed";
const BATCH = 16;
let index: OpenIndex;
let feeds: IndexFeeds;
let written = 0;

beforeEach(() => {
  index = openInMemory("test");
  feeds = new IndexFeeds(index.db);
  written = 0;
});
afterEach(() => index.close());

function rowTo(high: number): FeedRow {
  return { feedId: FEED, low: 1, high, edits: 0, first: 1, highSeenMs: high * 60_000 };
}

/** In batches, each of which is a piece of its own. */
function write(batches: number): void {
  for (let n = 0; n < batches; n += 1) {
    const numbers = Array.from({ length: BATCH }, (_, i) => written + i + 1);
    const records = numbers.map((number) => {
      const title = `entry word${String(number % 7)} ${String(number)}`;
      return `${String(number * 60_000)},k\n${JSON.stringify({ titleRaw: title, title })}`;
    });
    const expected = written === 0 ? null : rowTo(written);
    written += BATCH;
    expect(feeds.apply({ feedId: FEED, expected, next: rowTo(written), numbers, records })?.high).toBe(written);
  }
}

function pieces(): number {
  const row = index.db.prepare("SELECT count(DISTINCT segid) AS count FROM words_idx").get([]) as { count: number };
  return row.count;
}

function found(text: string): readonly number[] {
  const page = { offset: 0, limit: 10_000 };
  const { entries } = new IndexFind(index.db, feeds).find(feeds.rows([FEED]), parseQuery(text).query, page);
  return entries.map(({ number }) => number);
}

function withWord(word: number): readonly number[] {
  return Array.from({ length: written }, (_, i) => written - i).filter((number) => number % 7 === word);
}

/** Returns how many steps there were to do. */
function mergeAll(): number {
  let steps = 0;
  while (new IndexMerge(index.db).step()) steps += 1;
  return steps;
}

test("of many pieces one is made, whoever does the next step, and the same is found all the while", () => {
  write(60);
  expect(pieces()).toBeGreaterThan(2);
  let steps = 0;
  // Each time as by a process that has just started.
  for (; new IndexMerge(index.db).step(); steps += 1) expect(found("word3")).toEqual(withWord(3));
  expect(steps).toBeGreaterThan(0);
  expect(pieces()).toBe(1);
  expect(found("word3")).toEqual(withWord(3));
});

test("what is written between two steps is not lost", () => {
  write(60);
  new IndexMerge(index.db).step();
  write(8);
  mergeAll();
  expect([found("word5"), found("entry").length]).toEqual([withWord(5), written]);
});

test("it begins anew only when an eighth lies outside, counting what was removed", () => {
  write(64);
  expect(mergeAll()).toBeGreaterThan(0);
  write(7);
  expect(mergeAll()).toBe(0);
  write(1);
  expect(mergeAll()).toBeGreaterThan(0);
  expect(pieces()).toBe(1);
  feeds.trim({ feedId: FEED, last: written, first: 200, edits: 0 });
  expect(mergeAll()).toBeGreaterThan(0);
  expect(found("entry")).toEqual(Array.from({ length: written - 199 }, (_, i) => written - i));
});

test("a few entries are left as they are", () => {
  write(3);
  expect(mergeAll()).toBe(0);
});

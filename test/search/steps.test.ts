import { afterEach, beforeEach, expect, test } from "vitest";
import type { FeedRow } from "../../src/search/feed-row.ts";
import { IndexFeeds } from "../../src/search/index-feeds.ts";
import { type OpenIndex, openInMemory } from "../../src/search/index-file.ts";
import { IndexFind } from "../../src/search/index-find.ts";
import { parseQuery } from "../../src/search/parse-query.ts";

const FEED = "feed";
let index: OpenIndex;
let feeds: IndexFeeds;

beforeEach(() => {
  index = openInMemory("test");
  feeds = new IndexFeeds(index.db);
});
afterEach(() => index.close());

const record = (title: string): string => `1000,k\n${JSON.stringify({ titleRaw: title, title })}`;
const row = (low: number, high: number, edits: number): FeedRow => ({
  feedId: FEED,
  low,
  high,
  edits,
  first: 1,
  highSeenMs: 1000,
});

function found(text: string): readonly number[] {
  const { entries } = new IndexFind(index.db, feeds).find(feeds.rows([FEED]), parseQuery(text).query, {
    offset: 0,
    limit: 9,
  });
  return entries.map((entry) => entry.number);
}

test("a step that comes too late, since another process has been there, changes nothing", () => {
  const first = { feedId: FEED, expected: null, next: row(1, 1, 0), numbers: [1], records: [record("old")] };
  expect(feeds.apply(first)).toEqual(row(1, 1, 0));
  const change = {
    feedId: FEED,
    expected: row(1, 1, 0),
    next: row(1, 1, 1),
    numbers: [1],
    records: [record("changed")],
  };
  expect(feeds.apply(change)).toEqual(row(1, 1, 1));
  // Read before the change, written behind it.
  const late = {
    feedId: FEED,
    expected: row(1, 1, 0),
    next: row(1, 2, 0),
    numbers: [1, 2],
    records: [record("old"), record("old")],
  };
  expect(feeds.apply(late)).toMatchObject(row(1, 1, 1));
  expect(feeds.apply(first)).toMatchObject(row(1, 1, 1));
  expect([found("old"), found("changed")]).toEqual([[], [1]]);
});

test("a step may be done twice", () => {
  const step = {
    feedId: FEED,
    expected: null,
    next: row(1, 2, 0),
    numbers: [1, 2],
    records: [record("one"), record("two")],
  };
  feeds.apply(step);
  expect(feeds.apply(step)).toMatchObject(row(1, 2, 0));
  feeds.trim({ feedId: FEED, last: 2, first: 2, edits: 0 });
  feeds.trim({ feedId: FEED, last: 2, first: 2, edits: 0 });
  expect([found("one"), found("two")]).toEqual([[], [2]]);
  feeds.drop(FEED);
  feeds.drop(FEED);
  expect([feeds.rows([FEED]).size, found("two")]).toEqual([0, []]);
});

test("hours with more entries than they have ids: none is on the wrong side of a limit", () => {
  const numbers = Array.from({ length: 1_200 }, (_, i) => i + 1);
  const noon = Date.parse("2026-01-31T23:59:00Z");
  const records = numbers.map(() => record("full").replace("1000,", `${String(noon)},`));
  feeds.apply({ feedId: FEED, expected: null, next: row(1, 1_200, 0), numbers, records });
  const count = (text: string): number =>
    new IndexFind(index.db, feeds).find(feeds.rows([FEED]), parseQuery(text).query, { offset: 0, limit: 2_000 }).total;
  expect([count("full before:2026-02-01"), count("full since:2026-02-01"), count("full since:2026-01-31")]).toEqual([
    1_200, 0, 1_200,
  ]);
});

test("best first, a word counts more in the title than in a name, and more there than in the text", () => {
  const entries = [
    { titleRaw: "tide", title: "tide", author: "Ann Lee", html: "<p>moon</p>" },
    { titleRaw: "moon", title: "moon", author: "Tide Lee", html: "<p>sand</p>" },
    { titleRaw: "sand", title: "sand", author: "Ann Lee", html: "<p>tide</p>" },
  ];
  const records = entries.map((entry, i) => `${String(i * 1000)},k\n${JSON.stringify(entry)}`);
  feeds.apply({ feedId: FEED, expected: null, next: row(1, 3, 0), numbers: [1, 2, 3], records });
  expect([found("tide sort:best"), found("tide")]).toEqual([
    [1, 2, 3],
    [3, 2, 1],
  ]);
});

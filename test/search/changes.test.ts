import { readdir } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseQuery } from "../../src/search/parse-query.ts";
import type { SearchIndex } from "../../src/search/search-index.ts";
import { feedKeys } from "../../src/store/keys.ts";
import { entry } from "../identity/documents.ts";
import { LIMITS, openReader } from "../identity/reader.ts";
import { freshFeedId } from "../store/real-redis.ts";
import { change, findAll, type Library, openLibrary, publish, trim, type Written } from "./library.ts";

let library: Library;
let index: SearchIndex;
let feed: string;

beforeAll(async () => {
  library = await openLibrary();
  index = library.index();
});
afterAll(async () => library.close());
beforeEach(() => {
  feed = freshFeedId();
});

const NOON = Date.parse("2026-03-01T12:00:00Z");

function entries(count: number, word: string): Written[] {
  return Array.from({ length: count }, (_, i) => ({
    title: `${word} ${String(i)}`,
    publishedAt: new Date(NOON + i * 60_000).toISOString(),
  }));
}

async function numbers(text: string, feeds: readonly string[] = [feed], from = index): Promise<readonly number[]> {
  const found = await findAll(from, feeds, parseQuery(text).query, { offset: 0, limit: 2_000 });
  // An entry that Redis has no more would not be shown, but counted.
  expect(found.total).toBe(found.hits.length);
  return found.hits.map((hit) => hit.number);
}

async function withSecondIndex(work: (second: SearchIndex) => Promise<void>): Promise<void> {
  const second = library.index();
  await work(second);
  await second.close();
}

test("An entry is found by the first question after it was recorded", async () => {
  for (let n = 1; n <= 5; n += 1) {
    await publish(library.real, feed, entries(1, `novelty${String(n)}`));
    expect(await numbers(`novelty${String(n)}`)).toEqual([n]);
  }
});

test("A changed entry is found by its new words and no longer by its old ones, at its new time", async () => {
  await publish(library.real, feed, entries(200, "before"));
  expect(await numbers("before")).toHaveLength(200);
  await change(library.real, feed, 7, { title: "after", publishedAt: "2026-02-01T00:00:00Z" });
  expect(await numbers("before")).not.toContain(7);
  expect(await numbers("after")).toEqual([7]);
  expect((await numbers("after OR before")).at(-1)).toBe(7);
  await change(library.real, feed, 7, { title: "later", publishedAt: "2026-02-01T00:00:00Z" });
  await change(library.real, feed, 8, { title: "later", publishedAt: "2026-02-02T00:00:00Z" });
  await publish(library.real, feed, entries(1, "newest"));
  expect(await numbers("later")).toEqual([8, 7]);
  expect(await numbers("after")).toEqual([]);
  await withSecondIndex(async (second) => expect(await numbers("later", [feed], second)).toEqual([8, 7]));
});

test("What a recording of a document brings and changes is found, and what it trims is not", async () => {
  const reader = openReader(library.real, { ...LIMITS, keepEntries: 2, retentionMs: 0 });
  const of = [reader.feedId];
  await reader.read([entry(1, { titleRaw: "Chestnut" })]);
  expect(await numbers("chestnut", of)).toEqual([1]);
  await reader.read([entry(1, { titleRaw: "Walnut" })]);
  expect([await numbers("chestnut", of), await numbers("walnut", of)]).toEqual([[], [1]]);
  for (const n of [2, 3, 4, 5]) await reader.read([entry(n, { titleRaw: `Hazel ${String(n)}` })]);
  expect([await numbers("walnut", of), (await numbers("hazel", of)).length >= 2]).toEqual([[], true]);
});

test("More changes than are kept count of: the feed is read anew", async () => {
  await publish(library.real, feed, entries(600, "before"));
  expect(await numbers("before")).toHaveLength(600);
  for (let n = 1; n <= 600; n += 1) await change(library.real, feed, n, { title: "after" });
  await library.real.redis.zremrangebyrank(feedKeys(feed).edits, 0, -501);
  expect(await numbers("before")).toEqual([]);
  expect(await numbers("after")).toHaveLength(600);
});

test("Entries that are kept no more leave the index", async () => {
  await publish(library.real, feed, entries(300, "kept"));
  expect(await numbers("kept")).toHaveLength(300);
  await trim(library.real, feed, 251);
  expect((await numbers("kept")).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => 251 + i));
  await publish(library.real, feed, entries(5, "kept"));
  await trim(library.real, feed, 304);
  expect((await numbers("kept")).toSorted((a, b) => a - b)).toEqual([304, 305]);
});

test("A Redis that was restored from an older copy: the index follows it back", async () => {
  await publish(library.real, feed, entries(100, "old"));
  await publish(library.real, feed, entries(20, "lost"));
  expect(await numbers("lost")).toHaveLength(20);
  const { state, entries: records } = feedKeys(feed);
  const gone = Array.from({ length: 20 }, (_, i) => String(101 + i));
  await library.real.redis
    .multi()
    .hdel(records, ...gone)
    .hset(state, "seq", "100")
    .exec();
  expect(await numbers("lost")).toEqual([]);
  expect(await numbers("old")).toHaveLength(100);
});

test("…and on to other entries under the same numbers, while nobody looked", async () => {
  await publish(library.real, feed, entries(100, "old"));
  await publish(library.real, feed, entries(20, "lost"));
  expect(await numbers("lost")).toHaveLength(20);
  const { state, entries: records } = feedKeys(feed);
  const gone = Array.from({ length: 20 }, (_, i) => String(101 + i));
  await library.real.redis
    .multi()
    .hdel(records, ...gone)
    .hset(state, "seq", "100")
    .exec();
  await publish(
    library.real,
    feed,
    entries(20, "other").map((entry) => ({ ...entry, seenAtMs: NOON + 86_400_000 })),
  );
  // Another process, as after a restart; and this one once its connection was lost.
  await withSecondIndex(async (second) => {
    expect(await numbers("other", [feed], second)).toHaveLength(20);
    expect(await numbers("lost", [feed], second)).toEqual([]);
  });
  expect(await numbers("lost OR other")).toHaveLength(20);
});

test("A feed that Redis knows no more holds nothing", async () => {
  await publish(library.real, feed, entries(10, "here"));
  expect(await numbers("here")).toHaveLength(10);
  await library.real.redis.del(feedKeys(feed).state, feedKeys(feed).entries);
  expect(await numbers("here")).toEqual([]);
});

test("Records that nobody can read keep no other out", async () => {
  await publish(library.real, feed, entries(10, "fine"));
  await library.real.redis.hset(feedKeys(feed).entries, {
    "3": "nonsense",
    "4": '5,k\n{"title":7,"html":{}}',
    "5": "5,k\n[]",
  });
  expect((await numbers("fine")).toSorted((a, b) => a - b)).toEqual([1, 2, 6, 7, 8, 9, 10]);
});

test("Feeds that nobody follows leave in time, those that somebody follows or searches stay", async () => {
  const [left, followed] = [freshFeedId(), freshFeedId()];
  for (const one of [left, followed]) {
    await publish(library.real, one, entries(3, "somebody"));
    expect(await numbers("somebody", [one])).toHaveLength(3);
  }
  await index.forgetUnused(new Set([followed]), Date.now() - 86_400_000);
  expect(await indexedFeeds()).toEqual(expect.arrayContaining([left, followed]));
  await index.forgetUnused(new Set([followed]), Date.now() + 1_000);
  expect(await indexedFeeds()).toContain(followed);
  expect(await indexedFeeds()).not.toContain(left);
  expect(await numbers("somebody", [left])).toHaveLength(3);
});

async function indexFiles(): Promise<readonly string[]> {
  return (await readdir(join(library.dataDir, "search"))).filter((file) => file.endsWith(".db"));
}

async function indexedFeeds(): Promise<readonly string[]> {
  const [name = ""] = await indexFiles();
  const db = new Database(join(library.dataDir, "search", name));
  const rows = db.prepare("SELECT feed FROM feeds").all([]) as { feed: string }[];
  db.close();
  return rows.map((row) => row.feed);
}

test("Two indexes on one file, and entries recorded all the while, do not lose or repeat any", async () => {
  const files = await indexFiles();
  await withSecondIndex(async (second) => {
    for (let n = 0; n < 15; n += 1) {
      await publish(library.real, feed, entries(30, "shared"));
      if (n > 0) await change(library.real, feed, n, { title: "shared changed" });
      const [a, b] = await Promise.all([numbers("shared"), numbers("shared", [feed], second)]);
      const all = Array.from({ length: 30 * (n + 1) }, (_, i) => i + 1);
      expect(a.toSorted((x, y) => x - y)).toEqual(all);
      expect(b.toSorted((x, y) => x - y)).toEqual(all);
      const changed = Array.from({ length: n }, (_, i) => i + 1);
      expect((await numbers("changed")).toSorted((x, y) => x - y)).toEqual(changed);
    }
  });
  // Nothing went so wrong that it had to be made anew.
  expect(await indexFiles()).toEqual(files);
});

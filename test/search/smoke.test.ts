import { afterAll, beforeAll, expect, test } from "vitest";
import { parseQuery } from "../../src/search/parse-query.ts";
import type { SearchIndex } from "../../src/search/search-index.ts";
import { freshFeedId } from "../store/real-redis.ts";
import { findAll, type Library, openLibrary, publish } from "./library.ts";

let library: Library;
let index: SearchIndex;
beforeAll(async () => {
  library = await openLibrary();
  index = library.index();
});
afterAll(async () => library.close());

const found = async (feed: string, text: string): Promise<readonly number[]> => {
  const { query, ignored } = parseQuery(text);
  expect(ignored).toEqual([]);
  return (await findAll(index, [feed], query)).hits.map((hit) => hit.number);
};

test("finds", async () => {
  const feed = freshFeedId();
  await publish(library.real, feed, [
    {
      title: "Hello world",
      html: "<p>The quick brown fox</p>",
      author: "Ann Lee",
      publishedAt: "2026-01-01T00:00:00Z",
    },
    {
      title: "東京の天気",
      html: "今日は<b>晴れ</b>です",
      author: "Paul E. Mc Kenney",
      publishedAt: "2026-02-01T00:00:00Z",
    },
  ]);
  expect(await found(feed, "quick")).toEqual([1]);
  expect(await found(feed, '"quick brown"')).toEqual([1]);
  expect(await found(feed, "bro*")).toEqual([1]);
  expect(await found(feed, "京の")).toEqual([2]);
  expect(await found(feed, "author:mckenney")).toEqual([2]);
  expect(await found(feed, "since:2026-01-15")).toEqual([2]);
  expect(await found(feed, "before:2026-01-15")).toEqual([1]);
  expect(await found(feed, "quick OR 天気")).toEqual([2, 1]);
  expect(await found(feed, "since:2020 -quick")).toEqual([2]);
  expect(await found(feed, "quick sort:best")).toEqual([1]);
});

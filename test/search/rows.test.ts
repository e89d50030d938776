import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { IndexFeeds } from "../../src/search/index-feeds.ts";
import { openIndex } from "../../src/search/index-file.ts";
import { IndexFind } from "../../src/search/index-find.ts";
import { parseQuery } from "../../src/search/parse-query.ts";

let folder: string;
const opened: { close(): void }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "planetwire-rows-"));
});
afterEach(async () => {
  for (const one of opened.splice(0)) one.close();
  await rm(folder, { recursive: true, force: true });
});

/** One process of those that share the file. */
function openProcess(): {
  readonly feeds: IndexFeeds;
  found(feedId: string): readonly number[];
  add(feedId: string): void;
} {
  const open = openIndex(folder, "test");
  opened.push(open);
  const feeds = new IndexFeeds(open.db);
  const find = new IndexFind(open.db, feeds);
  return {
    feeds,
    found(feedId) {
      const { query } = parseQuery("tide");
      const { entries, total } = find.find(feeds.rows([feedId]), query, { offset: 0, limit: 5 });
      expect(entries).toHaveLength(total);
      return entries.map(({ number }) => number);
    },
    add(feedId) {
      const records = [`1000,k\n${JSON.stringify({ titleRaw: "tide", title: "tide" })}`];
      const next = { feedId, low: 1, high: 1, edits: 0, first: 1, highSeenMs: 1000 };
      feeds.apply({ feedId, expected: null, next, numbers: [1], records });
    },
  };
}

test("what is remembered of feeds is forgotten when another process writes", () => {
  const [one, other] = [openProcess(), openProcess()];
  one.add("first");
  expect([one.found("first"), one.feeds.count()]).toEqual([[1], 1]);
  other.add("second");
  // While it believed that there is no other feed it would not ask for this one's alone.
  expect([one.found("first"), one.found("second"), one.feeds.count()]).toEqual([[1], [1], 2]);
  other.feeds.drop("first");
  expect([one.found("first"), one.feeds.rows(["first"]).size, one.feeds.count()]).toEqual([[], 0, 1]);
  other.feeds.markUsed(other.feeds.rows(["second"]), Date.now() + 10_000_000);
  expect(one.feeds.unusedSince(Date.now() + 5_000_000)).toEqual([]);
  expect(one.feeds.rows(["second"]).get("second")?.usedAtMs).toBeGreaterThan(Date.now() + 5_000_000);
});

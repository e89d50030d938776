import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawEntry } from "../../src/feed/entry.ts";
import { fromRecord } from "../../src/feed/entry-record.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { feedKeys } from "../../src/store/keys.ts";
import { documentOf, entry, longText } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { follow } from "./follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "./real-redis.ts";

/** What the script that records a document makes of entries that it knows. */

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const FORM =
  "<p>A text that two entries share, so that neither can be known by it, and long enough to prove something, if it could.</p>";

async function feed() {
  const feedId = freshFeedId();
  const channel = freshChannel();
  const keys = feedKeys(feedId);
  const read = async (entries: readonly RawEntry[], limits = LIMITS): Promise<number[]> =>
    await recordDocument(real.feeds, feedId, documentOf(entries), true, limits);
  await follow(real, channel, feedId);
  return {
    feedId,
    read,
    keys,
    /** The changes that followers are told of since this was asked last: number and count of each. */
    told: async (): Promise<(readonly [number, number])[]> => {
      const open = await real.feeds.openFanOuts(feedId);
      for (const { id } of open) await real.feeds.closeFanOut(feedId, id);
      return open.flatMap(({ edits }) => edits.map(({ n, rev }) => [n, rev] as const));
    },
    changes: async () => await real.redis.zrange(keys.edits, "0", "-1", "WITHSCORES"),
    count: async () => Number((await real.redis.hget(keys.state, "edits")) ?? 0),
    title: async (n: number) => fromRecord((await real.feeds.entries(feedId, [n]))[0] ?? "")?.title,
    text: async (n: number) => fromRecord((await real.feeds.entries(feedId, [n]))[0] ?? "")?.html,
  };
}

test("a change is told once, with the count of changes; what is re-dated is counted, and told nobody", async () => {
  const { read, told, changes, count } = await feed();
  await read([entry(1), entry(2)]);
  await read([entry(1, { titleRaw: "Other" }), entry(2)]);
  await read([entry(1, { titleRaw: "Other" }), entry(2)]);
  expect(await told()).toEqual([[1, 1]]);
  await read([entry(1, { titleRaw: "Other" }), entry(2, { publishedAt: "2024-06-06T06:06:06.000Z" })]);
  expect(await told()).toEqual([]);
  expect([await count(), await changes()]).toEqual([2, ["1", "1", "2", "2"]]);
  await read([entry(1, { titleRaw: "Yet another" })]);
  expect(await told()).toEqual([[1, 3]]);
  expect(await changes()).toEqual(["2", "2", "1", "3"]);
});

test("unseen and changed entries are one record, and changes of a first reading are told nobody", async () => {
  const { read, told, feedId } = await feed();
  await recordDocument(real.feeds, feedId, documentOf([entry(1)]), false, LIMITS);
  await read([entry(1, { titleRaw: "Other" })]);
  expect(await told()).toEqual([]);
  await read([entry(1, { titleRaw: "Yet another" }), entry(2)]);
  const [open, ...more] = await real.feeds.openFanOuts(feedId);
  expect(more).toEqual([]);
  expect(open).toMatchObject({ id: "2", numbers: [2], edits: [{ n: 1, rev: 2 }] });
});

test("records stand in the order in which they were made, whatever is in them", async () => {
  const { read, feedId } = await feed();
  await read([entry(1)]);
  for (const [i, title] of ["a", "b", "c", "d"].entries()) {
    await read([entry(1, { titleRaw: title })]);
    await read([entry(1, { titleRaw: title }), entry(2 + i)]);
  }
  const open = await real.feeds.openFanOuts(feedId);
  expect(open.map(({ id }) => id)).toEqual(["e1", "2", "e2", "3", "e3", "4", "e4", "5"]);
});

test("what comes back after a change is a change, also where its text is shared with another entry", async () => {
  const { read, told, text } = await feed();
  const [a, b] = [
    { titleRaw: "Same", html: FORM },
    { titleRaw: "Same", html: `<p>${longText("Other")}</p>` },
  ];
  const others = [entry(2, { titleRaw: "Same", html: FORM })];
  await read([entry(1, a), ...others]);
  await read([entry(1, b), ...others]);
  expect(await told()).toHaveLength(1);
  await read([entry(1, a), ...others]);
  expect(await text(1)).toBe(FORM);
  expect(await told()).toHaveLength(1);
  await read([entry(1, a), ...others]);
  await read([entry(1, a), ...others]);
  expect(await told()).toEqual([]);
});

test("two entries of a document that are one known entry do not replace each other at every reading", async () => {
  const { read, told, count, title } = await feed();
  const twin = entry(9, {
    guid: "urn:example:copy",
    titleRaw: "Post 1",
    html: entry(1).html,
    link: "https://other.example/x",
  });
  await read([entry(1)]);
  const changed = entry(1, { titleRaw: "Post 1, corrected" });
  for (let i = 0; i < 4; i += 1) await read([changed, twin]);
  const before = await count();
  for (let i = 0; i < 4; i += 1) await read([changed, twin]);
  expect(await count()).toBe(before);
  expect((await told()).length).toBeLessThanOrEqual(1);
  expect(await title(1)).toBe("Post 1, corrected");
});

test("fingerprints of another version are replaced without a word, and compared from then on", async () => {
  const { read, told, keys } = await feed();
  await read([entry(1)]);
  const record = (await real.redis.hget(keys.entries, "1")) ?? "";
  expect(record.split("\n")[0]).toMatch(/^\d+(,[\w-]+)+ [\w.]+:[\w-]+\.[\w-]+$/);
  // As a version without fingerprints left it.
  await real.redis.hset(keys.entries, "1", record.replace(/ [^\n]*\n/, "\n"));
  await real.redis.hdel(keys.state, "meaning");
  await read([entry(1, { titleRaw: "Other" })]);
  expect(await told()).toEqual([]);
  await read([entry(1, { titleRaw: "Yet another" })]);
  expect(await told()).toHaveLength(1);
});

test("an unchanged entry without a fingerprint gets one as all is read anew", async () => {
  const { read, told, keys, count } = await feed();
  await read([entry(1)]);
  const record = (await real.redis.hget(keys.entries, "1")) ?? "";
  await real.redis.hset(keys.entries, "1", record.replace(/ [^\n]*\n/, "\n"));
  await real.redis.hdel(keys.state, "meaning");
  await read([entry(1)]);
  expect(await real.redis.hget(keys.entries, "1")).toBe(record);
  expect([await told(), await count()]).toEqual([[], 0]);
});

test("a change that a merge records is told nobody", async () => {
  const { read, told, feedId } = await feed();
  await read([entry(1)]);
  const round = await real.feeds.beginMergeRound(feedId);
  expect(await real.feeds.close(feedId, round, "1")).toBe(true);
  await recordDocument(real.feeds, feedId, documentOf([entry(1, { titleRaw: "Other" })]), true, LIMITS, round);
  expect(await told()).toEqual([]);
});

test("of the changes the latest stay, and none of an entry that is gone", async () => {
  const { read, changes, told } = await feed();
  const limits = { ...LIMITS, mostEdits: 3, keepEntries: 4, mostEntries: 4, retentionMs: 0 };
  const all = [1, 2, 3, 4, 5];
  await read(
    all.map((n) => entry(n)),
    limits,
  );
  await read(
    all.map((n) => entry(n, { titleRaw: `Other ${String(n)}` })),
    limits,
  );
  expect(await changes()).toEqual(["3", "3", "4", "4", "5", "5"]);
  await told();
  await read(
    [6, 7, 8, 9].map((n) => entry(n)),
    limits,
  );
  await told();
  await read([], limits);
  expect(await changes()).toEqual(["5", "5"]);
});

test("a record keeps that its author joined with it, whatever it says now", async () => {
  const { read, told, feedId } = await feed();
  await read([entry(1)]);
  const grace = { authorRaw: "Grace Hopper", publishedAt: "2023-01-01T01:01:01.000Z" };
  const news = [2, 3, 4].map((n) => entry(n, grace));
  await read([entry(1), ...news]);
  await read([entry(1), entry(2, { ...grace, titleRaw: "Other" }), ...news.slice(1)]);
  expect((await told()).map(([n]) => n)).toHaveLength(1);
  const records = await real.feeds.entries(feedId, [2, 3, 4]);
  expect(records.map((one) => fromRecord(one ?? "")?.joined)).toEqual([true, true, true]);
});

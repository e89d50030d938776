import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawEntry } from "../../src/feed/entry.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { entry, longText } from "./documents.ts";
import { LIMITS, openReader } from "./reader.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const sameGuid = (n: number): RawEntry => ({ ...entry(n), guid: "same" });
/** An entry of a service that gives each post the same link and title, and no exact date. */
const status = (n: number): RawEntry => ({
  ...entry(n),
  link: "https://planet.example/status",
  titleRaw: "Status",
  publishedAt: null,
});

test("a guid that two posts of a document shared proves nothing in any later document", async () => {
  const reader = openReader(real);
  await reader.read([sameGuid(2), sameGuid(1)]);
  for (const n of [3, 4, 5]) expect(await reader.read([sameGuid(n)])).toEqual([n]);
});

test("a link with title that two posts shared proves nothing in any later document", async () => {
  const reader = openReader(real);
  await reader.read([status(2), status(1), entry(9)]);
  expect(await reader.read([status(3), entry(9)])).toEqual([4]);
  expect(await reader.read([status(4), entry(9)])).toEqual([5]);
});

/** Of a series that announces itself in the same words each week. */
const sameWords = (n: number): RawEntry => ({ ...entry(n), titleRaw: "Office hours", html: longText("Office hours") });
/** Of a series that is always given one date. */
const sameDate = (n: number): RawEntry => ({
  ...entry(n),
  titleRaw: "Office hours",
  publishedAt: entry(1).publishedAt,
  html: "",
});

test.each([
  { what: "text", of: sameWords },
  { what: "date", of: sameDate },
])("a title with $what that two posts shared proves nothing later", async ({ of }) => {
  const [oneByOne, together] = [openReader(real), openReader(real)];
  await oneByOne.read([of(1)]);
  expect(await oneByOne.read([of(2), of(1)])).toEqual([2]);
  expect(await together.read([of(2), of(1)])).toEqual([1, 2]);
  for (const n of [3, 4]) {
    expect(await oneByOne.read([of(n)])).toEqual([n]);
    expect(await together.read([of(n)])).toEqual([n]);
  }
});

test("an entry of which only a guid in doubt could tell is news once, not at every reading", async () => {
  const reader = openReader(real);
  const bare = (n: number): RawEntry => ({ ...sameGuid(n), html: "", publishedAt: null });
  await reader.read([bare(2), bare(1)]);
  expect(await reader.read([bare(3)])).toEqual([3]);
  expect(await reader.read([bare(3)])).toEqual([]);
});

test("posts seen under a guid before it came into doubt are known by their other keys", async () => {
  const reader = openReader(real);
  await reader.read([sameGuid(1), entry(9)]);
  expect(await reader.news([sameGuid(2), sameGuid(1), entry(9)])).toEqual(["Post 2"]);
  expect(await reader.read([sameGuid(1), entry(9)])).toEqual([]);
});

test("a guid in doubt is still in doubt when it was shown by one post at a time for longer than keys are kept", async () => {
  const reader = openReader(real, { ...LIMITS, keepDays: 3, keepCount: 3 });
  await reader.read([sameGuid(2), sameGuid(1)]);
  for (let n = 3; n < 12; n += 1) {
    await reader.waitDays(1);
    expect(await reader.read([sameGuid(n)])).toEqual([n]);
  }
});

test.each<{ what: string; at: (n: number) => readonly RawEntry[] }>([
  { what: "text", at: (n) => [{ ...entry(1), html: longText(`Counter ${String(n)}`) }] },
  { what: "title", at: (n) => [{ ...entry(1), titleRaw: `${String(n)} people like this` }] },
  { what: "date", at: (n) => [{ ...entry(1), publishedAt: entry(n).publishedAt }] },
  { what: "guid", at: (n) => [{ ...entry(1), guid: `urn:poll:${String(n)}` }, entry(9999)] },
  {
    what: "title, text, date and link, but not its guid,",
    at: (n) => [{ ...entry(n), guid: "urn:example:1" }],
  },
  {
    what: "text, without a guid,",
    at: (n) => [{ ...entry(1), guid: "", html: longText(String(n)) }, entry(9999)],
  },
  {
    what: "date, like that of another of the same title,",
    at: (n) => [1, 2].map((one) => ({ ...entry(one), titleRaw: "Weekly", publishedAt: entry(n).publishedAt })),
  },
  {
    what: "text, like that of another without a title,",
    at: (n) => [1, 2].map((one) => ({ ...entry(one), titleRaw: "", html: `${String(n)} likes`, publishedAt: null })),
  },
  {
    what: "guid, which all entries share,",
    at: (n) => [1, 2].map((one) => ({ ...entry(one), guid: `urn:build:${String(n)}` })),
  },
  {
    what: "link, which all entries share,",
    at: (n) => [1, 2].map((one) => ({ ...entry(one), link: `https://planet.example/?session=${String(n)}` })),
  },
])("an entry whose $what changes at every reading does not grow what is kept", async ({ at }) => {
  const reader = openReader(real);
  await reader.read(at(1));
  await reader.read(at(2));
  const count = await reader.keyCount();
  for (let n = 3; n < 30; n += 1) expect(await reader.read(at(n))).toEqual([]);
  expect(await reader.keyCount()).toBe(count);
});

test("an unchanged document adds nothing to what is kept", async () => {
  const reader = openReader(real);
  await reader.read([entry(2), entry(1)]);
  const count = await reader.keyCount();
  await reader.read([entry(2), entry(1)]);
  expect(await reader.keyCount()).toBe(count);
});

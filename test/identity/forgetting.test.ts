import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawEntry } from "../../src/feed/entry.ts";
import type { ReadDocument } from "../../src/feed/read/read-document.ts";
import { feedKeys } from "../../src/store/keys.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { documentOf, entry } from "./documents.ts";
import { DAY_MS, openReader, type Reader } from "./reader.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** What the document shows most of the time. */
const later: readonly RawEntry[] = [entry(9002), entry(9001)];

/** Shows so many newer entries once, the two that stay in the document among them. */
async function publish(reader: Reader, count: number): Promise<void> {
  const some = Array.from({ length: count - later.length }, (_, n) => entry(1000 + n));
  await reader.read([...later, ...some.toReversed()]);
}

/** Reads an unchanged document every 45 watched days, and at the end of so many. */
async function watch(reader: Reader, days: number, shown: ReadDocument | readonly RawEntry[]): Promise<void> {
  const { state } = feedKeys(reader.feedId);
  for (let left = days; left > 0; left -= 45) {
    await real.redis.hincrby(state, "watchedMs", Math.min(45, left) * DAY_MS);
    await reader.read(shown);
  }
}

test("an entry is known for 180 watched days, however many came after it", async () => {
  const reader = openReader(real);
  await reader.read([entry(1)]);
  await publish(reader, 250);
  await watch(reader, 180, later);
  expect(await reader.read([entry(1)])).toEqual([]);
});

test("an entry is known until 200 came after it, however long ago it was", async () => {
  const reader = openReader(real);
  await reader.read([entry(1)]);
  await publish(reader, 200);
  await watch(reader, 190, later);
  expect(await reader.read([entry(1)])).toEqual([]);
});

test("an entry that is older in both ways is forgotten, so that a feed's memory has an end", async () => {
  const reader = openReader(real);
  await reader.read([entry(1)]);
  await publish(reader, 201);
  const before = await reader.keyCount();
  await watch(reader, 181, later);
  expect(await reader.keyCount()).toBeLessThan(before);
  expect(await reader.read([entry(1)])).toEqual([203]);
});

test("an entry that is still shown is never forgotten", async () => {
  const reader = openReader(real);
  const shown = [...later, entry(1)];
  await reader.read(shown);
  await publish(reader, 250);
  await watch(reader, 200, shown);
  expect(await reader.read(shown)).toEqual([]);
});

test("a bot that was off for a year forgets nothing", async () => {
  const reader = openReader(real);
  await reader.read([entry(1)]);
  await publish(reader, 250);
  await reader.waitDays(365);
  await reader.read(later);
  expect(await reader.read([entry(1)])).toEqual([]);
});

test("a reading counts as watched what passed since the one before, two days at most", async () => {
  const reader = openReader(real);
  const watchedDays = async (): Promise<number> =>
    Number((await real.feeds.state(reader.feedId))["watchedMs"]) / DAY_MS;
  await reader.read(later);
  for (const [waited, watched] of [
    [1.5, 1.5],
    [2, 3.5],
    [30, 5.5],
  ] as const) {
    await reader.waitDays(waited);
    await reader.read(later);
    expect(await watchedDays()).toBeCloseTo(watched, 3);
  }
});

test("readings of a document that was cut forget nothing", async () => {
  const reader = openReader(real);
  await reader.read([entry(1)]);
  await publish(reader, 250);
  await watch(reader, 200, documentOf(later, { whole: false }));
  expect(await reader.read(documentOf([entry(1)], { whole: false }))).toEqual([]);
});

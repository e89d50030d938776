import { afterAll, beforeAll, expect, test } from "vitest";
import { entryId } from "../../src/relay/item.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { entry } from "../identity/documents.ts";
import { LIMITS, openReader } from "../identity/reader.ts";
import { follow } from "./follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "./real-redis.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const kept = { ...LIMITS, keepEntries: 2, retentionMs: 0 };

async function storedNumbers(feedId: string, count: number): Promise<readonly number[]> {
  const numbers = Array.from({ length: count }, (_, n) => n + 1);
  const records = await real.feeds.entries(feedId, numbers);
  return numbers.filter((_, i) => records[i] !== null);
}

test("of old entries only the newest keep their records", async () => {
  const reader = openReader(real, kept);
  for (const n of [1, 2, 3, 4, 5]) await reader.read([entry(n)]);
  const stored = await storedNumbers(reader.feedId, 5);
  expect(stored).toEqual(expect.arrayContaining([4, 5]));
  expect(stored).not.toContain(1);
  // Where the search begins to look.
  expect(Number((await real.feeds.state(reader.feedId))["first"])).toBe(Math.min(...stored));
});

test("young entries keep their records, however many there are", async () => {
  const reader = openReader(real, { ...kept, retentionMs: 60_000 });
  for (const n of [1, 2, 3, 4, 5]) await reader.read([entry(n)]);
  expect(await storedNumbers(reader.feedId, 5)).toEqual([1, 2, 3, 4, 5]);
});

test("an entry keeps its record until every follower's outbox has it", async () => {
  const reader = openReader(real, kept);
  await reader.read([]);
  await follow(real, freshChannel(), reader.feedId);
  for (const n of [1, 2, 3, 4, 5]) await reader.read([entry(n)]);
  expect(await storedNumbers(reader.feedId, 5)).toEqual([1, 2, 3, 4, 5]);
  for (const { id } of await real.feeds.openFanOuts(reader.feedId)) await real.feeds.closeFanOut(reader.feedId, id);
  await reader.read([entry(5)]);
  expect(await storedNumbers(reader.feedId, 5)).not.toContain(1);
});

test("an entry whose record is gone is still known", async () => {
  const reader = openReader(real, kept);
  for (const n of [1, 2, 3, 4, 5]) await reader.read([entry(n)]);
  expect(await reader.read([entry(1, { titleRaw: "Edited" })])).toEqual([]);
});

test("rows of the ledger go with time, but not while their entry waits", async () => {
  const channel = freshChannel();
  const feedId = freshFeedId();
  const followId = await follow(real, channel, feedId);
  const offer = async (n: number, why: string, retentionMs: number): Promise<void> =>
    void (await real.channels.admit(channel, feedId, followId, [{ n, why }], retentionMs));
  await offer(1, "a rule", 60_000);
  await offer(2, "", 60_000);
  await real.redis.zadd(channelKeys(channel).ledgerTimes, 1, entryId(feedId, 1), 1, entryId(feedId, 2));
  await offer(3, "", 60_000);
  expect(await real.channels.ledgerRow(channel, entryId(feedId, 1))).toBeNull();
  expect(await real.channels.ledgerRow(channel, entryId(feedId, 2))).toMatchObject({ state: "pending" });
  expect(await real.channels.outstanding(channel)).toBe(2);
});

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { recordDocument } from "../../src/poll/record.ts";
import { sharedClock } from "../../src/store/clock.ts";
import { gatherPerTurn } from "../../src/store/gather.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { follow } from "./follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "./real-redis.ts";

/** What a poll reads and writes in few commands must be the same as in many. */

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

afterEach(() => {
  vi.useRealTimers();
});

test("a feed's state is read as it was written, whatever text it holds", async () => {
  const feedId = freshFeedId();
  expect(await real.feeds.state(feedId)).toEqual({});
  const fields = {
    url: "https://example.org/",
    title: 'A "quote", \\ a\0zero,\na line, ünï 🛰 </script>',
    failure: "",
    n: "007",
  };
  await real.feeds.setState(feedId, fields);
  expect(await real.feeds.state(feedId)).toEqual(fields);
});

test("nothing of a poll is remembered while a record waits to be fanned out", async () => {
  const feedId = freshFeedId();
  await real.feeds.setState(feedId, { url: "https://example.org/" });
  await recordDocument(real.feeds, feedId, documentOf([]), true, LIMITS);
  await follow(real, freshChannel(), feedId);
  await recordDocument(real.feeds, feedId, documentOf([entry(1)]), true, LIMITS);
  expect(await real.feeds.remember(feedId, { etag: '"1"' })).toBe(false);
  expect(await real.feeds.state(feedId)).not.toHaveProperty("etag");
  for (const { id } of await real.feeds.openFanOuts(feedId)) await real.feeds.closeFanOut(feedId, id);
  expect(await real.feeds.remember(feedId, { etag: '"1"' })).toBe(true);
  expect(await real.feeds.state(feedId)).toMatchObject({ etag: '"1"' });
});

test("times that are set in one turn are each feed's own, and a feed that was taken off the schedule stays off", async () => {
  const [soon, late, off] = [freshFeedId(), freshFeedId(), freshFeedId()];
  for (const id of [soon, late]) await real.feeds.schedule.add(3, id, 0);
  await Promise.all([
    real.feeds.schedule.setDefinitive(3, soon, 60_000),
    real.feeds.schedule.setDefinitive(3, late, 3_600_000),
    real.feeds.schedule.setDefinitive(3, off, 60_000),
  ]);
  const nowMs = Date.now();
  const inMinutes = async (id: string): Promise<number | null> => {
    const dueAtMs = await real.feeds.schedule.dueAt(3, id);
    return dueAtMs === null ? null : Math.round((dueAtMs - nowMs) / 60_000);
  };
  expect([await inMinutes(soon), await inMinutes(late), await inMinutes(off)]).toEqual([1, 60, null]);
});

test("what is given in one turn is done at once for each key, and a failure reaches all who gave something", async () => {
  const done: (readonly [number, readonly string[]])[] = [];
  const gather = gatherPerTurn<string>(async (key, items) => {
    done.push([key, items]);
    if (key === 2) throw new Error("refused");
    await Promise.resolve();
  });
  const given = await Promise.allSettled([gather(1, "a"), gather(2, "b"), gather(1, "c"), gather(2, "d")]);
  expect(given.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
  await gather(1, "e");
  expect(done).toEqual([
    [1, ["a", "c"]],
    [2, ["b", "d"]],
    [1, ["e"]],
  ]);
});

test("Redis is asked for its time once a second, again after the clock was set back, and again after a failure", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const answers = [
    async () => 5000,
    async () => 9000,
    async () => await Promise.reject(new Error("away")),
    async () => 12_000,
  ];
  let asked = 0;
  const nowMs = sharedClock(async () => await (answers[asked++]?.() ?? 0));
  vi.setSystemTime(1_000_000);
  expect(await nowMs()).toBe(5000);
  vi.setSystemTime(1_000_400);
  expect([await nowMs(), asked]).toEqual([5400, 1]);
  vi.setSystemTime(1_000_000 - 60_000);
  expect([await nowMs(), asked]).toEqual([9000, 2]);
  vi.setSystemTime(1_000_000);
  await expect(nowMs()).rejects.toThrow("away");
  expect([await nowMs(), asked]).toEqual([12_000, 4]);
});

test("commands of one turn arrive in their order, and each gets its own answer", async () => {
  const { redis } = real;
  const key = freshFeedId();
  const answers = await Promise.all([
    redis.set(key, "1"),
    redis.incr(key),
    redis.get(key),
    redis.del(key),
    redis.get(key),
  ]);
  expect(answers).toEqual(["OK", 2, "2", 1, null]);
});

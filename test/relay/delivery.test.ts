import { afterAll, beforeAll, expect, test } from "vitest";
import { deliveryKey } from "../../src/relay/key.ts";
import { backOffMs } from "../../src/relay/back-off.ts";
import { drainChannel } from "../../src/relay/deliver.ts";
import { freshChannel, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { fails, isLostOnTheWay } from "./platform.ts";
import { openScene, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

test("entries are posted in order, one message each, and the ledger says where", async () => {
  const scene = await openScene(real);
  await scene.publish([3, 1, 2]);
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1, 2, 3));
  expect(scene.messages().map(({ kind }) => kind)).toEqual(["post", "post", "post"]);
  expect(await scene.row(2)).toMatchObject({ state: "posted", ref: "ref-2" });
  expect(await real.channels.outstanding(scene.channel)).toBe(0);
});

test("an entry is `sending`, with its key, before its first byte leaves", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  let state: unknown;
  scene.platform.fates.push(async (_delivery, _attempt, land) => {
    state = await scene.row(1);
    return land();
  });
  await scene.drain();
  expect(state).toMatchObject({ state: "sending", key: scene.platform.tried[0]?.key });
});

test("entries of several feeds are posted in the order in which they came", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await scene.publish([1]);
  await scene.publish([8], other);
  await scene.publish([2]);
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 8, 2));
});

test("keys are the same in any process, fit a Discord nonce, and differ by all that they name", () => {
  const facts = ["installation", "test:room", ["feed.1", "feed.2"], 0, 0] as const;
  const keys = [
    deliveryKey(...facts),
    deliveryKey("another", "test:room", ["feed.1", "feed.2"], 0, 0),
    deliveryKey("installation", "test:hall", ["feed.1", "feed.2"], 0, 0),
    deliveryKey("installation", "test:room", ["feed.2", "feed.1"], 0, 0),
    deliveryKey("installation", "test:room", ["feed.1"], 0, 0),
    deliveryKey("installation", "test:room", ["feed.1", "feed.2"], 1, 0),
    deliveryKey("installation", "test:room", ["feed.1", "feed.2"], 0, 1),
  ];
  expect(deliveryKey(...facts)).toBe(keys[0]);
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).toMatch(/^[\w-]{24}$/);
});

test("a rejected message is set aside with its reason, and the next one goes on", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(fails("message-rejected", "too many links"));
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(2));
  expect(await scene.row(1)).toMatchObject({ state: "rejected", why: "too many links" });
});

test("a platform that says `later` is asked again not before then, and nothing overtakes", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(fails("try-later", "rate limit", 30_000));
  const again = await scene.drain();
  expect(again).toBeGreaterThan(29_000);
  expect(again).toBeLessThanOrEqual(30_000);
  expect(await scene.drain()).toBeGreaterThan(29_000);
  expect(scene.platform.tried).toHaveLength(1);
  await scene.timePasses();
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1, 2));
  expect(scene.platform.sought).toEqual([]);
});

test.each([
  { attempts: 1, waitMs: 1000 },
  { attempts: 2, waitMs: 2000 },
  { attempts: 3, waitMs: 4000 },
])(
  "a platform that says `later` without a time $attempts times is asked after $waitMs ms",
  async ({ attempts, waitMs }) => {
    const scene = await openScene(real);
    await scene.publish([1]);
    let again: number | null = null;
    for (let n = 0; n < attempts; n += 1) {
      await scene.timePasses();
      scene.platform.fates.push(fails("try-later"));
      again = await scene.drain();
    }
    expect(again).toBeGreaterThan(waitMs / 2);
    expect(again).toBeLessThanOrEqual(waitMs);
  },
);

test("a platform that says `later` for ever is asked once a minute", () => {
  expect([backOffMs(6), backOffMs(7), backOffMs(1_000_000)]).toEqual([32_000, 60_000, 60_000]);
});

test("a channel that cannot be used is paused with the reason; resumed, it gets the same message", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(fails("channel-unusable", "the bot was kicked"));
  expect(await scene.drain()).toBeNull();
  expect(await real.channels.pausedBecause(scene.channel)).toBe("the bot was kicked");
  expect(await scene.drain()).toBeNull();
  expect(scene.platform.tried).toHaveLength(1);
  expect(await real.channels.resume(scene.channel)).toBe(true);
  await scene.drainAll();
  expect(scene.posted()).toEqual(titles(1, 2));
  const [first, second] = scene.platform.tried;
  expect([second?.key, second?.message]).toEqual([first?.key, first?.message]);
});

test("whatever else a post throws counts as uncertain: nothing is sent again before it was looked for", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  scene.platform.fates.push(isLostOnTheWay);
  expect(await scene.drain()).toBeGreaterThan(0);
  expect(scene.platform.tried).toHaveLength(1);
  await scene.timePasses();
  expect(await scene.drain()).toBeNull();
  expect(scene.platform.sought).toHaveLength(1);
  expect(scene.posted()).toEqual(titles(1));
});

test("a paused channel keeps what comes, and posts it in order when it is resumed", async () => {
  const scene = await openScene(real);
  await real.channels.pause(scene.channel, "asked to");
  await scene.publish([1]);
  await scene.publish([2]);
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual([]);
  await real.channels.resume(scene.channel);
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 2));
});

test("nothing new begins when the process is told to stop", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  const stopping = new AbortController();
  scene.platform.fates.push(async (_delivery, _attempt, land) => {
    stopping.abort();
    return await Promise.resolve(land());
  });
  expect(await drainChannel(scene.deps, scene.channel, stopping.signal)).toBe(0);
  expect(scene.posted()).toEqual(titles(1));
  expect(await scene.row(1)).toMatchObject({ state: "posted" });
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 2));
});

test("a channel with nothing to post is done at once", async () => {
  const scene = await openScene(real);
  expect(await scene.drain()).toBeNull();
  expect(await drainChannel(scene.deps, freshChannel(), new AbortController().signal)).toBeNull();
});

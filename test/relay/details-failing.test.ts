import { afterAll, beforeAll, expect, test } from "vitest";
import { channelKeys } from "../../src/store/keys.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { fails, isLostOnTheWay, lands, landsUnheard, neverReturns } from "./platform.ts";
import { titles } from "./scene.ts";
import { openThreads } from "./thread-scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

test("a digest that is refused, and is taken apart, has no thread", async () => {
  const scene = await openThreads(real);
  scene.platform.fates.push(fails("message-rejected"));
  await scene.drain();
  expect(scene.aims()).toEqual(titles(1, 2, 3, 4, 5).map(() => "new"));
});

test.each([
  ["message-rejected", [3, 4, 5]],
  ["channel-unusable", []],
] as const)(
  "one that ends as %s is dropped with its reason, neither pauses the channel nor changes what was posted, and leaves %j",
  async (failure, left) => {
    const scene = await openThreads(real);
    scene.platform.mostDetails = 2;
    scene.platform.fates.push(lands, fails(failure, "no threads here"));
    await scene.drain();
    expect(scene.thread()).toEqual(titles(...left));
    expect(await real.channels.pausedBecause(scene.channel)).toBeNull();
    expect(await scene.partRow(0)).toMatchObject({ state: "rejected", why: "no threads here" });
    expect(await scene.row(1)).toMatchObject({ state: "posted", ref: "ref-1" });
    expect(scene.messages()).toHaveLength(1);
    expect(await scene.left()).toBe(0);
  },
);

test.each([
  ["nobody knows whether it landed", isLostOnTheWay],
  ["it landed and nobody heard", landsUnheard],
  ["the platform says later", fails("try-later", "busy", 60_000)],
  ["the platform never answers", neverReturns],
] as const)("while %s, posts and notices go on, and it stands there once in the end", async (_what, fate) => {
  const scene = await openThreads(real);
  scene.platform.fates.push(lands, fate);
  expect(await scene.drain({ attemptMs: 200 })).toBeNull();
  expect(scene.messages()).toHaveLength(1);
  await scene.publish([6]);
  await real.channels.announce(scene.channel, "n", "Behind it");
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5, 6));
  expect(scene.messages().at(-1)?.text).toBe("Behind it");
  expect(await scene.left()).toBe(1);
  await scene.timePasses();
  expect(await scene.drain()).toBeNull();
  expect(scene.thread()).toEqual(titles(1, 2, 3, 4, 5));
  const tried = scene.platform.tried.filter(({ aim }) => aim.kind === "thread");
  expect(new Set(tried.map(({ key, message }) => `${key} ${message}`)).size).toBe(1);
  expect(await scene.left()).toBe(0);
});

test("what keeps one back keeps those of other digests back, too", async () => {
  const scene = await openThreads(real);
  Object.assign(scene.platform, { mostEntries: 3 });
  scene.platform.fates.push(lands, lands, fails("try-later", "busy", 60_000));
  expect(await scene.drain()).toBeNull();
  expect(await scene.drain()).toBeNull();
  expect(scene.platform.tried).toHaveLength(3);
  expect(await scene.left()).toBe(2);
  await scene.timePasses();
  await scene.drain();
  expect([...scene.thread(), ...scene.thread("ref-2")]).toEqual(titles(1, 2, 3, 4, 5));
});

test("one that cannot be looked for yet is looked for later", async () => {
  const scene = await openThreads(real);
  scene.platform.fates.push(lands, landsUnheard);
  scene.platform.findings.push({ kind: "ask-later", ms: 60_000 }, "throws");
  for (let looks = 0; looks < 3; looks += 1) {
    expect(await scene.drain()).toBeNull();
    expect(scene.platform.sought).toHaveLength(looks);
    expect(await scene.drain()).toBeNull();
    await scene.timePasses();
  }
  await scene.drain();
  expect(scene.platform.sought).toHaveLength(3);
  expect(scene.thread()).toEqual(titles(1, 2, 3, 4, 5));
  expect(await scene.left()).toBe(0);
});

test("one of which nobody can know whether it landed is dropped without a notice", async () => {
  const scene = await openThreads(real);
  scene.platform.mostDetails = 2;
  scene.platform.fates.push(lands, isLostOnTheWay);
  scene.platform.findings.push({ kind: "cannot-know", reason: "no right to look" });
  await scene.drain();
  await scene.timePasses();
  expect(await scene.drain()).toBeNull();
  expect(scene.thread()).toEqual(titles(3, 4, 5));
  expect(scene.messages()).toHaveLength(1);
  expect(await real.redis.hlen(channelKeys(scene.channel).held)).toBe(0);
  expect((await scene.partRow(0))?.why).toContain("no right to look");
});

test("one that lands after its time is noted, also by who is no longer the writer", async () => {
  const scene = await openThreads(real);
  scene.platform.fates.push(lands, async (delivery, attempt, land) => {
    attempt.handOver();
    await new Promise((resolve) => setTimeout(resolve, 600));
    return await lands(delivery, { ...attempt, handOver: () => undefined }, land);
  });
  await scene.drain({ attemptMs: 200 });
  await real.channels.delivery.takeOver(scene.channel);
  await expect.poll(async () => await scene.left()).toBe(0);
  expect(await scene.partRow(0)).toMatchObject({ state: "posted", ref: "ref-2" });
  expect(scene.platform.sought).toEqual([]);
});

test("what waits for a day is left to the list", async () => {
  const scene = await openThreads(real);
  scene.platform.fates.push(lands, fails("try-later"));
  await scene.drain();
  const { details } = channelKeys(scene.channel);
  const [id = ""] = await real.redis.hkeys(details);
  const left = JSON.parse((await real.redis.hget(details, id)) ?? "") as { at: number };
  await real.redis.hset(details, id, JSON.stringify({ ...left, at: left.at - 86_500_000 }));
  await scene.timePasses();
  expect(await scene.drain()).toBeNull();
  expect(scene.platform.landed).toHaveLength(1);
  expect(await scene.left()).toBe(0);
});

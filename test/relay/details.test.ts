import { afterAll, beforeAll, expect, test } from "vitest";
import type { FollowSettings } from "../../src/follow/settings.ts";
import { excludingAuthor, unfollow } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { fails, lands } from "./platform.ts";
import { openScene, titles } from "./scene.ts";
import { openThreads, type ThreadScene } from "./thread-scene.ts";
import { runSweep } from "./work.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

async function setSettings(scene: ThreadScene, settings: Partial<FollowSettings>): Promise<void> {
  await real.feeds.followers.change(scene.feedId, scene.channel, () => JSON.stringify(settings));
}

test("the entries of a digest stand in its thread, several in a message, when all else is sent", async () => {
  const scene = await openThreads(real);
  await real.channels.announce(scene.channel, "n", "Behind it");
  expect(await scene.drain()).toBeNull();
  expect(scene.messages().map(({ kind }) => kind)).toEqual(["digest", "notice"]);
  expect(scene.thread()).toEqual(titles(1, 2, 3, 4, 5));
  expect(scene.aims()).toEqual(["new", "new", "thread"]);
  for (const n of [1, 5]) expect(await scene.row(n)).toMatchObject({ state: "posted", ref: "ref-1" });
  expect(await scene.partRow(0)).toMatchObject({ state: "posted", ref: "ref-3" });
  expect(await scene.left()).toBe(0);
});

test("where the platform has no threads there are no details, and posts have none anywhere", async () => {
  const without = await openScene(real);
  await without.publish([1, 2, 3, 4, 5]);
  await without.drain();
  expect(without.platform.landed).toHaveLength(1);
  const posts = await openThreads(real, [1, 2]);
  await posts.drain();
  expect(posts.platform.landed).toHaveLength(2);
});

test.each([
  [10, 3, 24],
  [3, 5, 15],
])("where %i fit into a message, %i messages show %i of 24", async (most, messages, shown) => {
  const numbers = Array.from({ length: 24 }, (_, n) => n + 1);
  const scene = await openThreads(real, numbers);
  scene.platform.mostDetails = most;
  await scene.drain();
  expect(scene.thread()).toEqual(titles(...numbers.slice(0, shown)));
  expect(scene.aims()).toEqual(["new", ...Array.from({ length: messages }, () => "thread")]);
  expect(await scene.left()).toBe(0);
});

test("no more than ten stand in one message", async () => {
  const scene = await openThreads(
    real,
    Array.from({ length: 60 }, (_, n) => n + 1),
  );
  await scene.drain();
  expect(scene.platform.landed).toHaveLength(6);
  expect(scene.thread()).toHaveLength(50);
});

test("parts of a digest have a thread each, and the rest stays a digest", async () => {
  const scene = await openThreads(real, [1, 2, 3, 4, 5, 6]);
  scene.platform.mostEntries = 3;
  await scene.drain();
  expect(scene.messages().map(({ entries }) => entries)).toEqual([titles(1, 2, 3), titles(4, 5, 6)]);
  expect(scene.aims()).toEqual(["new", "new", "thread", "thread"]);
  expect(scene.thread()).toEqual(titles(1, 2, 3));
  expect(scene.thread("ref-2")).toEqual(titles(4, 5, 6));
});

test.each([
  ["is title alone", { style: "title" }],
  ["excludes all of it now", { filter: excludingAuthor("Ada Example") }],
] as const)("where the follow %s, nothing goes into the thread", async (_what, settings) => {
  const scene = await openThreads(real);
  scene.platform.fates.push(async (delivery, attempt, land) => {
    await setSettings(scene, settings);
    return await lands(delivery, attempt, land);
  });
  await scene.drain();
  expect(scene.platform.landed).toHaveLength(1);
  expect(await scene.left()).toBe(0);
  expect(await scene.row(1)).toMatchObject({ state: "posted" });
  expect(await scene.partRow(0)).toMatchObject({ state: "withdrawn" });
});

test("a feed that is unfollowed in between says no more", async () => {
  const scene = await openThreads(real);
  scene.platform.mostDetails = 2;
  scene.platform.fates.push(lands, async (delivery, attempt, land) => {
    await unfollow(real, scene.channel, scene.feedId);
    return await lands(delivery, attempt, land);
  });
  expect(await scene.drain()).toBeNull();
  expect(scene.thread()).toEqual(titles(1, 2));
  expect(await scene.left()).toBe(0);
});

test("a channel that is paused says nothing in threads either", async () => {
  const scene = await openThreads(real);
  scene.platform.fates.push(async (delivery, attempt, land) => {
    await real.channels.pause(scene.channel, "a person");
    return await lands(delivery, attempt, land);
  });
  await scene.drain();
  expect(scene.platform.landed).toHaveLength(1);
  await real.channels.resume(scene.channel);
  await scene.drain();
  expect(scene.thread()).toEqual(titles(1, 2, 3, 4, 5));
});

test("the sweep wakes a channel whose details are due, and not before", async () => {
  const scene = await openThreads(real);
  scene.platform.fates.push(lands, fails("try-later", "busy", 60_000));
  await scene.drain();
  const woken: string[] = [];
  await real.channels.register(scene.channel);
  const sweepOnce = async (): Promise<void> =>
    await runSweep(real, {
      wake: async (channel) => await Promise.resolve(void woken.push(channel)),
    });
  await sweepOnce();
  expect(woken).not.toContain(scene.channel);
  await scene.timePasses();
  await sweepOnce();
  expect(woken).toContain(scene.channel);
});

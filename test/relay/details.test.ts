import { afterAll, beforeAll, expect, test } from "vitest";
import type { FollowSettings } from "../../src/follow/settings.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { excludingAuthor, unfollow } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { dying, Life } from "./life.ts";
import { fails, isLostOnTheWay, lands, landsUnheard } from "./platform.ts";
import { openScene, type Scene, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** A channel of a platform that has threads, with a digest of five waiting. */
async function openThreads(): Promise<Scene> {
  const scene = await openScene(real);
  scene.platform.hasThreads = true;
  await scene.publish([1, 2, 3, 4, 5]);
  return scene;
}

async function setSettings(scene: Scene, settings: Partial<FollowSettings>): Promise<void> {
  await real.feeds.changeFollower(scene.feedId, scene.channel, () => JSON.stringify(settings));
}

const thread = (scene: Scene, ref = "ref-1"): readonly string[] => scene.platform.thread(scene.channel, ref);
const waiting = async (scene: Scene): Promise<number> => await real.redis.hlen(channelKeys(scene.channel).details);

test("the entries of a digest stand in its thread, a post each, before anything else is sent", async () => {
  const scene = await openThreads();
  await real.channels.announce(scene.channel, "n", "Behind it");
  await scene.drain();
  expect(scene.messages().map(({ kind }) => kind)).toEqual(["digest", "notice"]);
  expect(thread(scene)).toEqual(titles(1, 2, 3, 4, 5));
  expect(scene.platform.landed.map(({ aim }) => aim.kind)).toEqual([
    "new",
    ...titles(1, 2, 3, 4, 5).map(() => "thread"),
    "new",
  ]);
  for (const n of [1, 5]) expect(await scene.row(n)).toMatchObject({ state: "posted", ref: "ref-1" });
  expect(await waiting(scene)).toBe(0);
});

test("where the platform has no threads there are no details, and posts have none anywhere", async () => {
  const without = await openScene(real);
  await without.publish([1, 2, 3, 4, 5]);
  await without.drain();
  expect(without.platform.landed).toHaveLength(1);
  const posts = await openScene(real);
  posts.platform.hasThreads = true;
  await posts.publish([1, 2]);
  await posts.drain();
  expect(posts.platform.landed).toHaveLength(2);
});

test("more than twenty are left to the list", async () => {
  const scene = await openScene(real);
  scene.platform.hasThreads = true;
  const numbers = Array.from({ length: 24 }, (_, n) => n + 1);
  await scene.publish(numbers);
  await scene.drain();
  expect(thread(scene)).toEqual(titles(...numbers.slice(0, 20)));
});

test("parts of a digest have a thread each, and the rest stays a digest", async () => {
  const scene = await openScene(real);
  scene.platform.hasThreads = true;
  scene.platform.mostEntries = 3;
  await scene.publish([1, 2, 3, 4, 5, 6]);
  await scene.drain();
  expect(scene.messages().map(({ entries }) => entries)).toEqual([titles(1, 2, 3), titles(4, 5, 6)]);
  expect(thread(scene)).toEqual(titles(1, 2, 3));
  expect(thread(scene, "ref-5")).toEqual(titles(4, 5, 6));
});

test.each([
  ["is title alone", { style: "title" }],
  ["excludes all of it now", { filter: excludingAuthor("Ada Example") }],
] as const)("where the follow %s, nothing goes into the thread", async (_what, settings) => {
  const scene = await openThreads();
  scene.platform.fates.push(async (delivery, attempt, land) => {
    await setSettings(scene, settings);
    return await lands(delivery, attempt, land);
  });
  await scene.drain();
  expect(scene.platform.landed).toHaveLength(1);
  expect(await waiting(scene)).toBe(0);
  expect(await scene.row(1)).toMatchObject({ state: "posted" });
});

test("a feed that is unfollowed in between says no more", async () => {
  const scene = await openThreads();
  scene.platform.fates.push(lands, async (delivery, attempt, land) => {
    await unfollow(real, scene.channel, scene.feedId);
    return await lands(delivery, attempt, land);
  });
  expect(await scene.drain()).toBeNull();
  expect(thread(scene)).toEqual(titles(1));
  expect(await real.channels.outstanding(scene.channel)).toBe(0);
});

test("a digest that is refused, and is taken apart, has no thread", async () => {
  const scene = await openThreads();
  scene.platform.fates.push(fails("message-rejected"));
  await scene.drain();
  expect(scene.platform.landed.map(({ aim }) => aim.kind)).toEqual(titles(1, 2, 3, 4, 5).map(() => "new"));
});

test.each(["message-rejected", "channel-unusable"] as const)(
  "a detail that ends as %s is dropped with its reason, and neither pauses the channel nor changes what was posted",
  async (failure) => {
    const scene = await openThreads();
    scene.platform.fates.push(lands, fails(failure, "no threads here"));
    await scene.drain();
    expect(thread(scene)).toEqual(titles(2, 3, 4, 5));
    expect(await real.channels.pausedBecause(scene.channel)).toBeNull();
    const key = scene.platform.landed[0]?.key ?? "";
    const row = await real.channels.ledgerRow(scene.channel, `+${key}.0`);
    expect(row).toMatchObject({ state: "rejected", why: "no threads here" });
    expect(await scene.row(1)).toMatchObject({ state: "posted", ref: "ref-1" });
  },
);

test("one of which nobody can know whether it landed is dropped without a notice", async () => {
  const scene = await openThreads();
  scene.platform.fates.push(lands, isLostOnTheWay);
  scene.platform.findings.push({ kind: "cannot-know", reason: "no right to look" });
  await scene.drain();
  await scene.timePasses();
  expect(await scene.drain()).toBeNull();
  expect(thread(scene)).toEqual(titles(2, 3, 4, 5));
  expect(scene.messages()).toHaveLength(1);
  expect(await real.redis.hlen(channelKeys(scene.channel).held)).toBe(0);
});

async function stage(): Promise<Scene> {
  const scene = await openThreads();
  scene.platform.mostEntries = 3;
  await real.channels.announce(scene.channel, "n", "Behind it");
  scene.platform.fates.push(isLostOnTheWay, landsUnheard, isLostOnTheWay, landsUnheard, fails("try-later"));
  return scene;
}

async function live(scene: Scene, life: Life): Promise<void> {
  const [channels, feeds, links] = [dying(real.channels, life), dying(real.feeds, life), dying(real.links, life)];
  try {
    while ((await scene.drain({ channels, feeds, links })) !== null) await scene.timePasses();
  } catch (error) {
    if (!life.isOver) throw error;
  }
}

async function liveAndBeSucceeded(life: Life): Promise<Scene> {
  const scene = await stage();
  await live(scene, life);
  await scene.timePasses();
  await live(scene, new Life());
  return scene;
}

test.each(["before", "after"] as const)(
  "a writer that dies %s any of its steps leaves each digest and each detail once",
  async (moment) => {
    const dry = new Life();
    await liveAndBeSucceeded(dry);
    expect(dry.calls).toBeGreaterThan(30);
    for (let step = 1; step <= dry.calls; step += 1) {
      const scene = await liveAndBeSucceeded(new Life(step, moment));
      const found = { step, posted: scene.posted(), first: thread(scene), second: thread(scene, "ref-5") };
      expect(found).toEqual({
        step,
        posted: titles(1, 2, 3, 4, 5),
        first: titles(1, 2, 3),
        second: titles(4, 5),
      });
      expect(await waiting(scene)).toBe(0);
    }
  },
  60_000,
);

import { afterAll, beforeAll, expect, test } from "vitest";
import { entryId } from "../../src/relay/item.ts";
import { feedKeys } from "../../src/store/keys.ts";
import { excludingAuthor, follow, unfollow } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { isLostOnTheWay, lands } from "./platform.ts";
import { openScene, type Scene, titles } from "./scene.ts";
import { before } from "./around.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

async function setFilter({ feedId, channel }: Scene, settings: unknown): Promise<void> {
  await real.feeds.followers.change(feedId, channel, () => JSON.stringify(settings));
}

test("unfollowing withdraws what waits, but not what is being sent", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(async (delivery, attempt, land) => {
    expect(await unfollow(real, scene.channel, scene.feedId)).toBe(1);
    return await lands(delivery, attempt, land);
  });
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1));
  expect(await scene.row(1)).toMatchObject({ state: "posted" });
  expect(await scene.row(2)).toMatchObject({ state: "withdrawn", why: "unfollowed" });
});

test("unfollowing does not stop the search for a post whose end is not known", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  await unfollow(real, scene.channel, scene.feedId);
  await scene.timePasses();
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1));
});

test("unfollowing one feed leaves the others' entries alone", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await scene.publish([1]);
  await scene.publish([8], other);
  await unfollow(real, scene.channel, scene.feedId);
  await scene.drain();
  expect(scene.posted()).toEqual(titles(8));
});

test("what was withdrawn does not come back with a new follow", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await unfollow(real, scene.channel, scene.feedId);
  await follow(real, scene.channel, scene.feedId);
  await scene.publish([2]);
  await scene.drain();
  expect(scene.posted()).toEqual(titles(2));
});

test("an unfollow that died between its steps posts nothing more", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await real.channels.unfollow(scene.channel, scene.feedId);
  await scene.publish([2]);
  await scene.drain();
  expect(scene.posted()).toEqual([]);
  expect(await scene.row(2)).toMatchObject({ state: "withdrawn" });
});

test("a newer exclusion withdraws what waits, and the ledger names the rule", async () => {
  const scene = await openScene(real);
  await scene.publish([1], scene.feedId, { authorRaw: "Grace" });
  await scene.publish([2]);
  await setFilter(scene, { filter: excludingAuthor("Grace") });
  await scene.drain();
  expect(scene.posted()).toEqual(titles(2));
  expect(await scene.row(1)).toMatchObject({ state: "filtered", why: "author “Grace” is excluded" });
});

test("an exclusion that is taken back in time withdraws nothing", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await setFilter(scene, { filter: excludingAuthor("Ada Example") });
  await setFilter(scene, {});
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
});

test("what was filtered when it came does not appear when the filter goes", async () => {
  const scene = await openScene(real, excludingAuthor("Ada Example"));
  await scene.publish([1]);
  await setFilter(scene, {});
  await scene.publish([2]);
  await scene.drain();
  expect(scene.posted()).toEqual(titles(2));
  expect(await scene.row(1)).toMatchObject({ state: "filtered" });
});

test("an unfollow during a pause withdraws what the pause kept", async () => {
  const scene = await openScene(real);
  await real.channels.pause(scene.channel, "asked to");
  await scene.publish([1]);
  expect(await unfollow(real, scene.channel, scene.feedId)).toBe(1);
  await real.channels.resume(scene.channel);
  await scene.drain();
  expect(scene.posted()).toEqual([]);
});

test("an entry whose record is missing is set aside with that reason, and the next one goes on", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  await real.redis.hdel(feedKeys(scene.feedId).entries, "1");
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(2));
  expect(await scene.row(1)).toMatchObject({ state: "rejected", why: "its content is not kept, or says nothing" });
});

test("an entry that is withdrawn just before it is sent is not sent", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  const { channel, feedId } = scene;
  const channels = before(real.channels, "delivery.begin", async () => await unfollow(real, channel, feedId));
  expect(await scene.drain({ channels })).toBeNull();
  expect(scene.platform.tried).toEqual([]);
  expect(await real.channels.ledgerRow(scene.channel, entryId(scene.feedId, 1))).toMatchObject({ state: "withdrawn" });
});

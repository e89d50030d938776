import { afterAll, beforeAll, expect, test } from "vitest";
import { identify } from "../../src/feed/identity.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { entry } from "../identity/documents.ts";
import { excludingAuthor, follow, unfollow } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { fails, isLostOnTheWay } from "./platform.ts";
import { openScene, titles } from "./scene.ts";
import { copy, openSources } from "./sources.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const ALREADY = { state: "withdrawn", why: "posted already, from A feed" };

test("of one post in two feeds of a channel only the first is posted, whichever comes first", async () => {
  const own = await openSources(real);
  await own.publish([1]);
  await own.drain();
  await own.publish([1], own.planet, copy(1));
  await own.drain();
  expect(own.posted()).toEqual(titles(1));
  expect(await own.row(1, own.planet)).toMatchObject(ALREADY);
  const other = await openSources(real);
  await other.publish([1], other.planet, copy(1));
  await other.drain();
  await other.publish([1]);
  await other.drain();
  expect(other.posted()).toEqual(["Copy of 1"]);
  expect(await other.row(1)).toMatchObject(ALREADY);
});

test.each([
  "http://planet.example/posts/1",
  "https://www.planet.example/posts/1/",
  "https://planet.example/posts/1?utm_source=planet&utm_medium=rss",
])("a link is the same page written as %s", async (link) => {
  const scene = await openSources(real);
  await scene.publish([1]);
  await scene.publish([1], scene.planet, copy(1, { link }));
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
});

test.each([
  ["the site's address", "https://planet.example/"],
  ["the root of a host", "https://elsewhere.example"],
  ["no link", ""],
])("%s is no one post's", async (_what, link) => {
  const scene = await openSources(real);
  await scene.publish([1], scene.feedId, { link });
  await scene.publish([1], scene.planet, copy(1, { link }));
  await scene.drain();
  expect(scene.posted()).toEqual(["Post 1", "Copy of 1"]);
});

test("a link is the same page under another guid, title and date, where neither feed went on as the other", async () => {
  const scene = await openSources(real);
  await scene.publish([1]);
  await scene.publish([1], scene.planet, copy(1, { publishedAt: "2024-02-02T02:02:02.000Z" }));
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
});

test("fragments tell posts apart", async () => {
  const scene = await openSources(real);
  await scene.publish([1], scene.feedId, { link: "https://planet.example/changes#1" });
  await scene.publish([1], scene.planet, copy(1, { link: "https://planet.example/changes#2" }));
  await scene.drain();
  expect(scene.posted()).toEqual(["Post 1", "Copy of 1"]);
});

test("a link that posts of one document share stands for none of them", async () => {
  const scene = await openSources(real);
  const link = "https://planet.example/news";
  await scene.publish([1], scene.planet, copy(1, { link }));
  await scene.publish([1, 2], scene.feedId, { link });
  await scene.drain();
  expect(scene.posted()).toEqual(["Copy of 1", "Post 1", "Post 2"]);
});

test.each([
  ["the address that a document gives its site", "https://planet.example/blog/"],
  ["the only link of a document that names no site", ""],
])("%s is no one post's", (_what, siteUrl) => {
  const entries = [entry(1, { link: "https://planet.example/blog" })];
  expect(identify({ entries, siteUrl }).entries[0]?.linkKey).toBe("");
});

test("neither does one that posts of one feed share, one document after the other, also where they stayed away", async () => {
  const scene = await openSources(real);
  const link = "https://planet.example/news";
  for (const n of [1, 2]) {
    await scene.publish([n], scene.feedId, { link });
    await scene.drain();
  }
  await scene.publish([1], scene.planet, copy(1, { link }));
  await scene.drain();
  expect(scene.posted()).toEqual(["Post 1", "Post 2", "Copy of 1"]);
  const other = await openSources(real);
  await other.publish([1], other.feedId, { link });
  for (const n of [1, 2]) {
    await other.publish([n], other.planet, copy(n, { link }));
    await other.drain();
  }
  expect(other.posted()).toEqual(["Post 1", "Copy of 2"]);
});

test("what a filter kept away keeps nothing away, whether it filtered at once or later", async () => {
  const scene = await openSources(real, excludingAuthor("Grace"));
  await scene.publish([1], scene.feedId, { authorRaw: "Grace" });
  await scene.publish([1], scene.planet, copy(1));
  await scene.drain();
  expect(scene.posted()).toEqual(["Copy of 1"]);
  const later = await openSources(real);
  await later.publish([1], later.feedId, { authorRaw: "Grace" });
  await later.publish([1], later.planet, copy(1));
  await real.feeds.followers.change(later.feedId, later.channel, () =>
    JSON.stringify({ filter: excludingAuthor("Grace") }),
  );
  await later.drain();
  expect(later.posted()).toEqual(["Copy of 1"]);
});

test("what the platform refused keeps nothing away", async () => {
  const scene = await openSources(real);
  scene.platform.fates.push(fails("message-rejected"));
  await scene.publish([1]);
  await scene.publish([1], scene.planet, copy(1));
  await scene.drain();
  expect(scene.posted()).toEqual(["Copy of 1"]);
});

test("neither does that of which nobody knows whether it landed", async () => {
  const scene = await openSources(real);
  scene.platform.fates.push(isLostOnTheWay);
  scene.platform.findings.push({ kind: "cannot-know", reason: "no right to look" });
  await scene.publish([1]);
  await scene.publish([1], scene.planet, copy(1));
  await scene.drain();
  await scene.timePasses();
  await scene.drainAll();
  expect(scene.posted()).toEqual(["Copy of 1"]);
  expect(await scene.row(1)).toMatchObject({ state: "held" });
});

test("unfollowing the first feed before it was posted leaves the other, and afterwards changes nothing", async () => {
  const before = await openSources(real);
  await before.publish([1]);
  await before.publish([1], before.planet, copy(1));
  await unfollow(real, before.channel, before.feedId);
  await before.drain();
  expect(before.posted()).toEqual(["Copy of 1"]);
  const after = await openSources(real);
  await after.publish([1]);
  await after.drain();
  await unfollow(real, after.channel, after.feedId);
  await after.publish([1], after.planet, copy(1));
  await after.drain();
  expect(after.posted()).toEqual(titles(1));
});

test("entries of a digest meet those of other feeds, too, on either side", async () => {
  const scene = await openSources(real);
  await scene.publish([1, 2, 3, 4, 5]);
  await scene.drain();
  await scene.publish([3], scene.planet, copy(3));
  await scene.drain();
  await scene.publish([6], scene.planet, copy(6));
  await scene.drain();
  await scene.publish([6, 7, 8, 9, 10, 11]);
  await scene.drain();
  expect(scene.messages().map(({ entries }) => entries)).toEqual([
    titles(1, 2, 3, 4, 5),
    ["Copy of 6"],
    titles(7, 8, 9, 10, 11),
  ]);
});

test("what is left when copies stay away is no digest where it is too few", async () => {
  const scene = await openSources(real);
  await scene.publish([1, 2], scene.planet);
  await scene.drain();
  await scene.publish([1, 2, 3, 4, 5]);
  await scene.drain();
  expect(scene.messages().map(({ kind }) => kind)).toEqual(["post", "post", "post", "post", "post"]);
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5));
});

test("a third feed meets whichever of the others was posted", async () => {
  const scene = await openSources(real);
  const third = await scene.anotherFeed();
  scene.platform.fates.push(fails("message-rejected"));
  await scene.publish([1]);
  await scene.publish([1], scene.planet, copy(1));
  await scene.publish([1], third, copy(1, { titleRaw: "Third" }));
  await scene.drain();
  expect(scene.posted()).toEqual(["Copy of 1"]);
});

test("after a month the post is posted again, and its link is forgotten with the next message", async () => {
  const scene = await openSources(real);
  await scene.publish([1]);
  await scene.drain();
  const { ledger, links, linkTimes } = channelKeys(scene.channel);
  const longAgo = Date.now() - 31 * 86_400_000;
  await real.redis.hset(ledger, `${scene.feedId}.1`, JSON.stringify({ state: "posted", at: longAgo, offeredAt: 0 }));
  const [link = ""] = await real.redis.hkeys(links);
  await real.redis.zadd(linkTimes, longAgo, link);
  await scene.publish([1], scene.planet, copy(1));
  await scene.drain();
  expect(scene.posted()).toEqual(["Post 1", "Copy of 1"]);
  await real.redis.zadd(linkTimes, longAgo, link);
  await scene.publish([2]);
  await scene.drain();
  expect(await real.redis.hexists(links, link)).toBe(0);
  expect(await real.redis.zcard(linkTimes)).toBe(1);
});

test("each channel decides for itself", async () => {
  const scene = await openSources(real);
  const other = await openScene(real);
  await follow(real, other.channel, scene.planet);
  await scene.publish([1]);
  await scene.publish([1], scene.planet, copy(1));
  await scene.drain();
  await other.drain();
  expect(scene.posted()).toEqual(titles(1));
  expect(other.posted()).toEqual(["Copy of 1"]);
});

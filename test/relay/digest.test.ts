import { afterAll, beforeAll, expect, test } from "vitest";
import { feedKeys } from "../../src/store/keys.ts";
import { excludingAuthor } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { fails, isLostOnTheWay, lands } from "./platform.ts";
import { openScene, type Scene, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** Kind and number of entries of each message, such as "digest 5". */
function shape(scene: Scene): readonly string[] {
  return scene.messages().map(({ kind, entries }) => `${kind} ${String(entries.length)}`);
}

test("one entry fewer than DIGEST_FROM are posts", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4]);
  await scene.drain();
  expect(shape(scene)).toEqual(["post 1", "post 1", "post 1", "post 1"]);
});

test.each([5, 6, 40])("%i entries, from DIGEST_FROM on, are one digest of all, in order", async (count) => {
  const scene = await openScene(real);
  const numbers = Array.from({ length: count }, (_, n) => n + 1);
  await scene.publish(numbers.toReversed());
  await scene.drain();
  expect(shape(scene)).toEqual([`digest ${String(count)}`]);
  expect(scene.posted()).toEqual(titles(...numbers));
  for (const n of numbers) expect(await scene.row(n)).toMatchObject({ state: "posted", ref: "ref-1" });
});

test("entries of several feeds that are enough together are one digest, by feed, each in its order", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await scene.publish([1, 2]);
  await scene.publish([21], other);
  await scene.publish([3, 4]);
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 5"]);
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 21));
  expect(scene.messages()[0]?.feed).toBe(`${scene.feedId} ${other}`);
  for (const n of [1, 2, 3, 4]) expect(await scene.row(n)).toMatchObject({ state: "posted", ref: "ref-1" });
  expect(await scene.row(1, other)).toMatchObject({ state: "posted", ref: "ref-1" });
});

test("within a feed entries stand by author, those of nobody first, then in the order of their first", async () => {
  const scene = await openScene(real);
  const rows = [
    [1, "Grace"],
    [2, "Ada"],
    [3, ""],
    [4, "Grace"],
    [5, "Ada"],
  ] as const;
  for (const [n, authorRaw] of rows) await scene.publish([n], scene.feedId, { authorRaw });
  await scene.drain();
  expect(scene.messages().map(({ entries }) => entries)).toEqual([titles(3, 1, 4, 2, 5)]);
});

test("of several feeds each filter counts for its own entries", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await scene.publish([1, 2, 3]);
  await scene.publish([21, 22, 23], other);
  await real.feeds.followers.change(other, scene.channel, () =>
    JSON.stringify({ filter: excludingAuthor("Ada Example") }),
  );
  await scene.publish([4, 5]);
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 5"]);
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5));
  expect(await scene.row(1, other)).toMatchObject({ state: "filtered" });
});

test("a feed that was unfollowed meanwhile takes only its own entries away", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await scene.publish([1, 2, 3, 4, 5]);
  await scene.publish([21], other);
  const follower = await real.feeds.followers.get(other, scene.channel);
  await real.feeds.followers.drop(other, scene.channel, follower?.followId ?? "");
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 5"]);
  expect(await scene.row(1, other)).toMatchObject({ state: "withdrawn", why: "no longer followed" });
});

test("of two copies of a post in one digest the second waits until the first has landed, and then stays away", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await scene.publish([1, 2, 3]);
  await scene.publish([1, 22, 23], other, { guid: "another" });
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  expect(await scene.row(1, other)).toMatchObject({ state: "pending" });
  await scene.timePasses();
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 5"]);
  expect(await scene.row(1, other)).toMatchObject({ state: "withdrawn", why: "posted already, from A feed" });
});

test("where the digest with the first copy is refused for it, the second is posted", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await scene.publish([1, 2, 3]);
  await scene.publish([22, 23], other);
  await scene.publish([1], other);
  const refuses = fails("message-rejected");
  scene.platform.fates.push(refuses, refuses);
  await scene.drain();
  expect(scene.posted()).toEqual(titles(2, 3, 22, 23, 1));
  expect(await scene.row(1)).toMatchObject({ state: "rejected" });
});

test("entries that are filtered meanwhile do not count", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  await scene.publish([3], scene.feedId, { authorRaw: "Grace" });
  await scene.publish([4, 5]);
  await real.feeds.followers.change(scene.feedId, scene.channel, () =>
    JSON.stringify({ filter: excludingAuthor("Grace") }),
  );
  await scene.drain();
  expect(shape(scene)).toEqual(["post 1", "post 1", "post 1", "post 1"]);
  expect(scene.posted()).toEqual(titles(1, 2, 4, 5));
  expect(await scene.row(3)).toMatchObject({ state: "filtered" });
});

test("a digest lists what is left when one of its entries has lost its record", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4, 5, 6]);
  await real.redis.hdel(feedKeys(scene.feedId).entries, "3");
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 5"]);
  expect(scene.posted()).toEqual(titles(1, 2, 4, 5, 6));
});

test("what comes while a post is under way counts when the next one begins", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3]);
  scene.platform.fates.push(async (delivery, attempt, land) => {
    await scene.publish([4, 5, 6]);
    return await lands(delivery, attempt, land);
  });
  await scene.drain();
  expect(shape(scene)).toEqual(["post 1", "digest 5"]);
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5, 6));
});

test("a digest that is repeated does not grow by what came meanwhile", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4, 5]);
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  await scene.publish([6]);
  await scene.timePasses();
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 5", "post 1"]);
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5, 6));
});

test("a pause's backlog is one digest, not a flood", async () => {
  const scene = await openScene(real);
  await real.channels.pause(scene.channel, "asked to");
  for (const n of [1, 2, 3, 4, 5, 6]) await scene.publish([n]);
  await real.channels.resume(scene.channel);
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 6"]);
});

test("a digest that the platform refuses is taken apart, and only the entry at fault is set aside", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4, 5]);
  const refuses = fails("message-rejected", "a word it does not like");
  scene.platform.fates.push(refuses, lands, lands, refuses);
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 2, 4, 5));
  expect(shape(scene)).toEqual(["post 1", "post 1", "post 1", "post 1"]);
  expect(await scene.row(3)).toMatchObject({ state: "rejected", why: "a word it does not like" });
});

test("what comes behind a digest that was refused is no part of it", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4, 5]);
  scene.platform.fates.push(fails("message-rejected"));
  await scene.publish([6, 7, 8, 9, 10]);
  await scene.drain();
  expect(shape(scene)).toEqual(Array.from({ length: 10 }, () => "post 1"));
  await scene.publish([11, 12, 13, 14, 15]);
  await scene.drain();
  expect(shape(scene).at(-1)).toBe("digest 5");
});

test.each([
  [12, 5, ["digest 4", "digest 4", "digest 4"]],
  [7, 6, ["digest 4", "digest 3"]],
  [9, 4, ["digest 3", "digest 3", "digest 3"]],
  [6, 1, Array.from({ length: 6 }, () => "post 1")],
])("%i entries where %i fit into a message are as few and equal digests as possible", async (count, most, shapes) => {
  const scene = await openScene(real);
  scene.platform.mostEntries = most;
  const numbers = Array.from({ length: count }, (_, n) => n + 1);
  await scene.publish(numbers);
  await scene.drain();
  expect(shape(scene)).toEqual(shapes);
  expect(scene.posted()).toEqual(titles(...numbers));
});

test("the rest of a digest in parts goes on after its writer died, and what comes meanwhile does not join it", async () => {
  const scene = await openScene(real);
  scene.platform.mostEntries = 4;
  await scene.publish([1, 2, 3, 4, 5, 6]);
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  await scene.publish([7]);
  await scene.timePasses();
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 3", "digest 3", "post 1"]);
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5, 6, 7));
});

test("a notice between entries keeps its place, and parts a digest", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3]);
  await real.channels.announce(scene.channel, "n", "Something to know");
  await scene.publish([4, 5, 6, 7, 8]);
  await scene.drain();
  expect(shape(scene)).toEqual(["post 1", "post 1", "post 1", "notice 0", "digest 5"]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { openScene, type Scene, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** Kind and titles of each message. */
function shape(scene: Scene): readonly string[] {
  return scene.messages().map(({ kind, entries }) => `${kind} ${entries.join(", ")}`);
}

const post = (n: number): string => `post Post ${String(n)}`;
const digest = (...numbers: readonly number[]): string => `digest ${titles(...numbers).join(", ")}`;

async function set(scene: Scene, digestFrom: number, feedId = scene.feedId): Promise<void> {
  await real.feeds.followers.change(feedId, scene.channel, () => JSON.stringify({ digestFrom }));
}

test.each([
  { name: "fewer than everywhere", digestFrom: 2, numbers: [1, 2], wanted: [digest(1, 2)] },
  { name: "more than everywhere", digestFrom: 7, numbers: [1, 2, 3, 4, 5, 6], wanted: [1, 2, 3, 4, 5, 6].map(post) },
  { name: "never", digestFrom: 1, numbers: [1, 2, 3, 4, 5, 6], wanted: [1, 2, 3, 4, 5, 6].map(post) },
  { name: "as everywhere", digestFrom: 0, numbers: [1, 2, 3, 4, 5], wanted: [digest(1, 2, 3, 4, 5)] },
])("a feed's own number counts: $name", async ({ digestFrom, numbers, wanted }) => {
  const scene = await openScene(real);
  await set(scene, digestFrom);
  await scene.publish(numbers);
  await scene.drain();
  expect(shape(scene)).toEqual(wanted);
});

test("posts of a feed without digests neither count for a digest nor stand in one, and hold up none", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await set(scene, 1, other);
  await scene.publish([1, 2]);
  await scene.publish([21, 22], other);
  await scene.publish([3, 4]);
  await scene.drain();
  expect(shape(scene)).toEqual([1, 2, 21, 22, 3, 4].map(post));
  await scene.publish([23], other);
  await scene.publish([5, 6, 7]);
  await scene.publish([24], other);
  await scene.publish([8, 9]);
  await scene.drain();
  expect(shape(scene).slice(6)).toEqual([post(23), digest(5, 6, 7, 8, 9), post(24)]);
});

test("a feed that wants more than there are goes alone, and the others are a digest if they are enough without it", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await set(scene, 3);
  await set(scene, 9, other);
  await scene.publish([1, 2]);
  await scene.publish([21, 22], other);
  await scene.publish([3]);
  await scene.drain();
  expect(shape(scene)).toEqual([digest(1, 2, 3), post(21), post(22)]);
});

test("the rest of a digest in parts is not forgotten when a post that is in none comes between", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await set(scene, 1, other);
  scene.platform.mostEntries = 4;
  await scene.publish([1, 2, 3]);
  await scene.publish([21], other);
  await scene.publish([4, 5, 6]);
  await scene.drain();
  expect(shape(scene)).toEqual([digest(1, 2, 3), post(21), digest(4, 5, 6)]);
});

test.each([
  [0, [post(1), digest(2, 3, 4)]],
  [1, [1, 2, 3, 4].map(post)],
])("with digests from %i on, those of an author who joins are like this", async (digestFrom, wanted) => {
  const scene = await openScene(real);
  await scene.publish([1], scene.feedId, { authorRaw: "Ada Example" });
  await set(scene, digestFrom);
  const before = { authorRaw: "Grace New", publishedAt: "2020-01-01T00:00:00.000Z" };
  await scene.publish([4, 3, 2], scene.feedId, before);
  await scene.drain();
  expect(shape(scene)).toEqual(wanted);
});

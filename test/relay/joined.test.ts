import { afterAll, beforeAll, expect, test } from "vitest";
import type { Filter } from "../../src/follow/filter.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { finishFanOuts } from "../../src/relay/fan-out.ts";
import type { RawEntry } from "../../src/feed/entry.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { excludingAuthor } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { fails, isLostOnTheWay, lands } from "./platform.ts";
import { openScene, type Scene, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** Somebody has written in the feed before, so that others can join it. */
async function planet(filter?: Filter): Promise<Scene> {
  const scene = await openScene(real, filter);
  await scene.publish([1], scene.feedId, { authorRaw: "Ada" });
  await scene.drain();
  return scene;
}

/** One document with these entries: a number, an author, and values where they are not the usual ones. */
async function publish(scene: Scene, rows: readonly (readonly [number, string, Partial<RawEntry>?])[]): Promise<void> {
  const entries = rows.map(([n, authorRaw, values]) => entry(n, { authorRaw, ...values }));
  await recordDocument(real.feeds, scene.feedId, documentOf(entries), true, LIMITS);
  const wake = async (): Promise<void> => await Promise.resolve();
  await finishFanOuts({ feeds: real.feeds, channels: real.channels, wake, retentionMs: 86_400_000 }, scene.feedId);
}

/** What came after the first post. */
function shape(scene: Scene): readonly string[] {
  return scene
    .messages()
    .slice(1)
    .map(({ kind, entries, joined }) => `${kind} ${String(entries.length)}${joined === "" ? "" : ` ${joined}`}`);
}

/** Where digests of many are not what is asked about. */
const noDigests = { digestFrom: 100 };
const old = [11, 12, 13] as const;
const threeByGrace = old.map((n) => [n, "Grace"] as const);

test("an author who comes with three old posts joins the feed in one message, and all of them are posted", async () => {
  const scene = await planet();
  await publish(scene, threeByGrace);
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 3 Grace"]);
  expect(scene.posted()).toEqual(titles(1, ...old));
  for (const n of [2, 3, 4]) expect(await scene.row(n)).toMatchObject({ state: "posted", ref: "ref-2" });
});

test("whoever joined is known afterwards", async () => {
  const scene = await planet();
  await publish(scene, threeByGrace);
  await publish(
    scene,
    [21, 22, 23].map((n) => [n, "Grace"] as const),
  );
  await scene.drain(noDigests);
  expect(shape(scene)).toEqual(["digest 3 Grace", "post 1", "post 1", "post 1"]);
});

test.each<[string, readonly (readonly [number, string, Partial<RawEntry>?])[]]>([
  [
    "two posts",
    [
      [11, "Grace"],
      [12, "Grace"],
    ],
  ],
  [
    "an author seen before",
    [
      [11, "ADA"],
      [12, "Ada"],
      [13, "Ada"],
    ],
  ],
  ["posts without a date", old.map((n) => [n, "Grace", { publishedAt: null }] as const)],
  [
    "posts from after the last reading",
    [
      [11, "Grace"],
      [12, "Grace"],
      [13, "Grace", { publishedAt: "2099-01-01T00:00:00.000Z" }],
    ],
  ],
  [
    "posts of nobody",
    [
      [11, ""],
      [12, ""],
      [13, ""],
    ],
  ],
  ["posts of two authors each", old.map((n) => [n, "Grace Hopper, Barbara Liskov"] as const)],
])("%s are posts like others", async (_what, rows) => {
  const scene = await planet();
  await publish(scene, rows);
  await scene.drain();
  expect(shape(scene)).toEqual(rows.map(() => "post 1"));
});

test("in a feed in which nobody was seen before, nobody joins", async () => {
  const scene = await openScene(real);
  await publish(scene, threeByGrace);
  await scene.drain();
  expect(scene.messages().map(({ kind }) => kind)).toEqual(["post", "post", "post"]);
});

test("two who join at once, mixed with others, each come in one message; the others keep their order", async () => {
  const scene = await planet();
  await publish(scene, [
    [11, "Ada"],
    [12, "Grace"],
    [13, "Barbara"],
    [14, "Ada"],
    [15, "Grace"],
    [16, "Barbara"],
    [17, "Grace"],
    [18, "Barbara"],
    [19, "Ada"],
  ]);
  await scene.drain();
  expect(shape(scene)).toEqual(["post 1", "digest 3 Grace", "digest 3 Barbara", "digest 2"]);
  expect(scene.posted().slice(1)).toEqual(titles(11, 12, 15, 17, 13, 16, 18, 14, 19));
});

test("the others stay one digest also where the last of all that wait is of somebody who joins", async () => {
  const scene = await planet();
  await publish(scene, [
    [11, "Grace"],
    [12, "Ada"],
    [13, "Ada"],
    [14, "Grace"],
    [15, "Grace"],
  ]);
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 3 Grace", "digest 2"]);
  expect(scene.posted().slice(1)).toEqual(titles(11, 14, 15, 12, 13));
});

test("where an author is excluded before or after the entries came, nothing is said of them", async () => {
  const before = await planet(excludingAuthor("Grace"));
  await publish(before, threeByGrace);
  await before.drain();
  expect(shape(before)).toEqual([]);
  const after = await planet();
  await publish(after, threeByGrace);
  await real.feeds.followers.change(after.feedId, after.channel, () =>
    JSON.stringify({ filter: excludingAuthor("Grace") }),
  );
  await after.drain();
  expect(shape(after)).toEqual([]);
  expect(await after.row(3)).toMatchObject({ state: "filtered" });
});

test("what a filter leaves of them joins from three on, and fewer are posts", async () => {
  const words = { include: [], exclude: ["secret"] };
  const scene = await planet({ authors: { include: [], exclude: [] }, words });
  await publish(scene, [...threeByGrace, [14, "Grace", { html: "a secret" }]]);
  await publish(scene, [
    [21, "Barbara"],
    [22, "Barbara", { html: "a secret" }],
    [23, "Barbara"],
  ]);
  await scene.drain(noDigests);
  expect(shape(scene)).toEqual(["digest 3 Grace", "post 1", "post 1"]);
});

test("where a rule made meanwhile leaves two of them, they are posts also among many", async () => {
  const scene = await planet();
  await publish(scene, [
    [9, "Ada"],
    [10, "Ada"],
    [11, "Grace"],
    [12, "Grace"],
    [13, "Grace", { html: "a secret" }],
  ]);
  await real.feeds.followers.change(scene.feedId, scene.channel, () =>
    JSON.stringify({ filter: { ...excludingAuthor("Nobody"), words: { include: [], exclude: ["secret"] } } }),
  );
  await scene.drain();
  expect(shape(scene)).toEqual(["post 1", "post 1", "post 1", "post 1"]);
});

test("an edit of an entry that waits does not take it out of the message", async () => {
  const scene = await planet();
  await publish(scene, threeByGrace);
  await publish(scene, [[12, "Grace", { html: "<p>Corrected since, at some length.</p>" }]]);
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 3 Grace"]);
});

test("a message that is repeated after a crash is the same one, whatever came meanwhile", async () => {
  const scene = await planet();
  await publish(scene, threeByGrace);
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  await publish(scene, [[14, "Grace"]]);
  await scene.timePasses();
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 3 Grace", "post 1"]);
  const [, first, second] = scene.platform.tried;
  expect(second).toMatchObject({ key: first?.key, message: first?.message });
});

test("what does not fit into one message becomes several under the same heading", async () => {
  const scene = await planet();
  scene.platform.mostEntries = 3;
  await publish(
    scene,
    [11, 12, 13, 14].map((n) => [n, "Grace"] as const),
  );
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 2 Grace", "digest 2 Grace"]);
});

test("the rest of what does not fit keeps its heading also where it stands behind all others", async () => {
  const scene = await planet();
  scene.platform.mostEntries = 3;
  await publish(scene, [
    [11, "Grace"],
    [12, "Ada"],
    [13, "Ada"],
    [14, "Grace"],
    [15, "Grace"],
    [16, "Grace"],
  ]);
  await scene.drain();
  expect(shape(scene)).toEqual(["digest 2 Grace", "digest 2", "digest 2 Grace"]);
  expect(scene.posted().slice(1)).toEqual(titles(11, 14, 12, 13, 15, 16));
});

test("one that the platform refuses is taken apart, and only the entry at fault is set aside", async () => {
  const scene = await planet();
  await publish(scene, threeByGrace);
  const refuses = fails("message-rejected");
  scene.platform.fates.push(refuses, lands, refuses, lands);
  await scene.drain();
  expect(shape(scene)).toEqual(["post 1", "post 1"]);
  expect(await scene.row(3)).toMatchObject({ state: "rejected" });
});

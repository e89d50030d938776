import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outgoing } from "../../src/adapter.ts";
import { type Filter, NO_FILTER } from "../../src/follow/filter.ts";
import { feedKeys } from "../../src/store/keys.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { LIMITS } from "../identity/reader.ts";
import { summariesOf } from "./platform.ts";
import { openScene, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

function onlyWord(word: string): Filter {
  return { ...NO_FILTER, words: { include: [word], exclude: [] } };
}

/** Fits every message that holds this entry. */
function about(title: string): (outgoing: Outgoing) => boolean {
  return (outgoing) => summariesOf(outgoing).some((summary) => summary.title === title);
}

test("an entry that cannot be rendered is set aside with its reason, and the next one goes on", async () => {
  const scene = await openScene(real);
  scene.platform.poison = about("Post 1");
  await scene.publish([1, 2]);
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(2));
  const row = await scene.row(1);
  expect(row?.state).toBe("rejected");
  expect(row?.why).toContain("poison");
});

test("an entry that cannot be rendered takes no other entry of its digest with it", async () => {
  const scene = await openScene(real);
  scene.platform.poison = about("Post 3");
  await scene.publish([1, 2, 3, 4, 5, 6]);
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1, 2, 4, 5, 6));
  expect(await scene.row(3)).toMatchObject({ state: "rejected" });
});

test("a digest that cannot be rendered though each of its entries can is posted entry by entry", async () => {
  const scene = await openScene(real);
  scene.platform.poison = (outgoing) => outgoing.kind === "digest";
  await scene.publish([1, 2, 3, 4, 5]);
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5));
});

test("a notice that cannot be rendered holds up nothing", async () => {
  const scene = await openScene(real);
  scene.platform.poison = (outgoing) => outgoing.kind === "notice";
  await real.channels.announce(scene.channel, "n", "Something to know");
  await scene.publish([1]);
  expect(await scene.drain().catch(() => "broke off")).toBeNull();
  expect(scene.posted()).toEqual(titles(1));
});

test.each([
  { what: "of which no summary can be made", record: "{}" },
  { what: "whose record cannot be read", record: "cut of" },
])("an entry $what is set aside, and the next one goes on", async ({ record }) => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  await real.redis.hset(feedKeys(scene.feedId).entries, "1", `0,key\n${record}`);
  expect(await scene.drain().catch(() => "broke off")).toBeNull();
  expect(scene.posted()).toEqual(titles(2));
  expect(await scene.row(1)).toMatchObject({ state: "rejected" });
});

test.each([
  { what: "that cannot be read", record: "cut of", filter: NO_FILTER },
  { what: "that an older version wrote with less in it", record: "{}", filter: onlyWord("subject") },
])("a record of an entry $what keeps no other entry from the outboxes", async ({ record, filter }) => {
  const scene = await openScene(real, filter);
  const sighting = {
    keys: [],
    testKeys: [],
    wholeKey: "whole",
    keepWhole: false,
    authors: [],
    publishedAt: "",
    publishedMs: 0,
    record,
    meaning: "",
  };
  const document = { sightings: [sighting], doubtfulKeys: [], read: true, whole: true, meaningVersion: "1" };
  await real.feeds.record(scene.feedId, document, LIMITS);
  await scene.publish([2]).catch(() => undefined);
  await scene.drain().catch(() => undefined);
  expect(scene.posted()).toEqual(titles(2));
});

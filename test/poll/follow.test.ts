import { afterAll, beforeAll, expect, test } from "vitest";
import { type FollowDeps, followFeed, unfollowFeed } from "../../src/follow/follow-feed.ts";
import { shardOf } from "../../src/poll/shards.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { excludingAuthor, follow, unfollow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../support/feed-server.ts";
import { numbered, rss } from "../support/rss.ts";
import { never, openPolling, type Polling } from "./polling.ts";
import { before } from "../relay/around.ts";
import { runSweep } from "../relay/work.ts";

const SHARDS = 4;
let real: RealRedis;
let server: FeedServer;
let polling: Polling;
let deps: FollowDeps;

beforeAll(async () => {
  real = await openRealRedis();
  server = await startFeedServer();
  polling = openPolling(real);
  deps = { poll: polling.deps, channels: real.channels, shardCount: SHARDS, mostFollows: 2 };
});

afterAll(async () => {
  await polling.close();
  await server.close();
  await real.close();
});

function serve(): string {
  return server.feed(freshFeedId(), rss([numbered(2), numbered(1)])).url;
}

async function followed(channel: string, url: string): Promise<string> {
  const result = await followFeed(deps, channel, url, never);
  if (result.kind === "refused") throw new Error(result.reason);
  return result.feedId;
}

/** The feed publishes entries, by number, and they go as far as they go. */
async function publish(feedId: string, ...numbers: readonly number[]): Promise<void> {
  await recordDocument(real.feeds, feedId, documentOf(numbers.map((n) => entry(n))), true, LIMITS);
  await polling.deps.fanOut(feedId);
}

async function sweepAll(): Promise<void> {
  await runSweep(real, { shardCount: SHARDS });
}

async function scheduled(url: string, feedId: string): Promise<boolean> {
  return (await real.feeds.schedule.dueAt(shardOf(url, SHARDS), feedId)) !== null;
}

test("a new follow posts nothing old, and everything that comes after it", async () => {
  const channel = freshChannel();
  const url = serve();
  const feedId = await followed(channel, url);
  expect(await real.channels.outstanding(channel)).toBe(0);
  expect(await scheduled(url, feedId)).toBe(true);
  await publish(feedId, 8, 9);
  expect(await real.channels.outstanding(channel)).toBe(2);
});

test("of an entry with several authors each is listed and counted", async () => {
  const feedId = await followed(freshChannel(), serve());
  const both = entry(8, { authorRaw: "Ada Lovelace, Grace Hopper" });
  const one = entry(9, { authorRaw: "grace hopper" });
  await recordDocument(real.feeds, feedId, documentOf([both, one]), true, LIMITS);
  const listed = await real.feeds.authors(feedId);
  expect(listed.map(({ name, count }) => ({ name, count }))).toEqual(
    expect.arrayContaining([
      { name: "Ada Lovelace", count: 1 },
      { name: "Grace Hopper", count: 2 },
    ]),
  );
});

test("a second follower gets what comes after its own follow, the first one gets all", async () => {
  const [first, second] = [freshChannel(), freshChannel()];
  const url = serve();
  const feedId = await followed(first, url);
  await publish(feedId, 8);
  await followed(second, url);
  await publish(feedId, 9);
  expect(await real.channels.outstanding(first)).toBe(2);
  expect(await real.channels.outstanding(second)).toBe(1);
});

test("a channel follows as many feeds as it may, and is told when it wants more", async () => {
  const channel = freshChannel();
  for (const url of [serve(), serve()]) await followed(channel, url);
  const third = await followFeed(deps, channel, serve(), never);
  expect(third).toMatchObject({ kind: "refused" });
  expect((await real.channels.follows(channel)).size).toBe(2);
});

test("a follow that is repeated after a crash between its steps is a whole one", async () => {
  const [channel, other] = [freshChannel(), freshChannel()];
  const url = serve();
  const feedId = await followed(other, url);
  await real.channels.register(channel);
  await real.channels.beginFollow(channel, feedId, 2);
  await followed(channel, url);
  await publish(feedId, 9);
  expect(await real.channels.outstanding(channel)).toBe(1);
});

test("the sweep completes a follow of which only the channel knows", async () => {
  const [channel, other] = [freshChannel(), freshChannel()];
  const feedId = await followed(other, serve());
  await real.channels.register(channel);
  await real.channels.beginFollow(channel, feedId, 2);
  await sweepAll();
  await publish(feedId, 9);
  expect(await real.channels.outstanding(channel)).toBe(1);
});

test("the sweep schedules a followed feed that fell off the schedule, and leaves the others' times alone", async () => {
  const [lost, kept] = [serve(), serve()];
  const channel = freshChannel();
  const [lostId, keptId] = [await followed(channel, lost), await followed(channel, kept)];
  await real.feeds.schedule.remove(shardOf(lost, SHARDS), lostId);
  const before = await real.feeds.schedule.dueAt(shardOf(kept, SHARDS), keptId);
  await sweepAll();
  expect(await scheduled(lost, lostId)).toBe(true);
  expect(await real.feeds.schedule.dueAt(shardOf(kept, SHARDS), keptId)).toBe(before);
});

test("the sweep keeps a follow's filter", async () => {
  const channel = freshChannel();
  const feedId = await followed(channel, serve());
  const settings = JSON.stringify({ filter: excludingAuthor("Ada") });
  await real.feeds.followers.change(feedId, channel, () => settings);
  await sweepAll();
  expect(await real.feeds.followers.get(feedId, channel)).toMatchObject({ settings });
});

test("a feed that its last channel unfollows is polled no more; one that another follows is", async () => {
  const [first, second] = [freshChannel(), freshChannel()];
  const url = serve();
  const feedId = await followed(first, url);
  await followed(second, url);
  await unfollowFeed(deps, first, feedId, url);
  expect(await scheduled(url, feedId)).toBe(true);
  await unfollowFeed(deps, second, feedId, url);
  expect(await scheduled(url, feedId)).toBe(false);
});

test("an unfollow of which only the channel knows is completed: its feed is polled no more", async () => {
  const channel = freshChannel();
  const url = serve();
  const feedId = await followed(channel, url);
  await real.channels.unfollow(channel, feedId);
  await publish(feedId, 9);
  await sweepAll();
  expect(await real.feeds.followers.channels(feedId)).toEqual([]);
  expect(await scheduled(url, feedId)).toBe(false);
});

test("a follow that comes between the steps of an unfollow stays", async () => {
  const channel = freshChannel();
  const url = serve();
  const feedId = await followed(channel, url);
  const feeds = before(real.feeds, "followers.drop", async () => await follow(real, channel, feedId));
  await unfollowFeed({ ...deps, poll: { ...polling.deps, feeds } }, channel, feedId, url);
  expect(await real.feeds.followers.get(feedId, channel)).not.toBeNull();
  await publish(feedId, 9);
  expect(await real.channels.outstanding(channel)).toBe(1);
});

test("a commit of an older follow, as a slow sweep may bring it, changes nothing", async () => {
  const channel = freshChannel();
  const feedId = await followed(channel, serve());
  const older = (await real.channels.follows(channel)).get(feedId) ?? "";
  await unfollow(real, channel, feedId);
  await follow(real, channel, feedId, excludingAuthor("Grace"));
  const before = await real.feeds.followers.get(feedId, channel);
  await real.feeds.followers.commit(feedId, channel, older, "{}");
  expect(await real.feeds.followers.get(feedId, channel)).toEqual(before);
});

test("a feed whose records cannot be brought holds up the sweep of no other feed and no channel", async () => {
  const channel = freshChannel();
  const url = serve();
  const feedId = await followed(channel, url);
  const other = await followed(channel, serve());
  for (const id of [feedId, other]) await recordDocument(real.feeds, id, documentOf([entry(9)]), true, LIMITS);
  const woken: string[] = [];
  await runSweep(real, {
    shardCount: SHARDS,
    wake: async (id) => await Promise.resolve(void woken.push(id)),
    fanOut: async (id) => {
      if (id === feedId) throw new Error("cannot be brought");
      await polling.deps.fanOut(id);
    },
  }).catch(() => undefined);
  expect(await real.feeds.hasFanOut(feedId)).toBe(true);
  expect(await real.feeds.hasFanOut(other)).toBe(false);
  expect(woken).toContain(channel);
});

test("a feed of which a crash, or another process that is just beginning, left only the address can be followed", async () => {
  const url = serve();
  await real.feeds.alias(url, freshFeedId());
  const channel = freshChannel();
  const feedId = await followed(channel, url);
  expect(await real.feeds.idOf(url)).toBe(feedId);
  await publish(feedId, 9);
  expect(await real.channels.outstanding(channel)).toBe(1);
});

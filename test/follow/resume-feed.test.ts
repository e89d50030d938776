import { afterAll, beforeAll, expect, test } from "vitest";
import { type FollowDeps, followFeed } from "../../src/follow/follow-feed.ts";
import { resumeFeed } from "../../src/follow/resume-feed.ts";
import { toFeedState } from "../../src/poll/feed-state.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { never, openPolling, type Polling } from "../poll/polling.ts";
import { runSweep } from "../relay/work.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../support/feed-server.ts";
import { numbered, rss } from "../support/rss.ts";

let real: RealRedis;
let server: FeedServer;
let polling: Polling;
let deps: FollowDeps;

beforeAll(async () => {
  real = await openRealRedis();
  server = await startFeedServer();
  polling = openPolling(real);
  deps = { poll: polling.deps, channels: real.channels, shardCount: 1, mostFollows: 2 };
});

afterAll(async () => {
  await polling.close();
  await server.close();
  await real.close();
});

/** A feed whose reading has stopped, and its name on the server. */
async function stoppedFeed(why: "gone" | "failing"): Promise<{ feedId: string; url: string; name: string }> {
  const name = freshFeedId();
  const { url } = server.feed(name, rss([numbered(1)]));
  const result = await followFeed(deps, freshChannel(), url, never);
  if (result.kind === "refused") throw new Error(result.reason);
  const { feedId } = result;
  const trouble = { failures: "9", failingSinceMs: "1000", toldSinceMs: "1000", failure: "it answered 503" };
  await real.feeds.setState(feedId, { stopped: why, ...trouble });
  await real.feeds.schedule.remove(0, feedId);
  return { feedId, url, name };
}

async function state(feedId: string) {
  return toFeedState(await real.feeds.state(feedId));
}

async function isScheduled(feedId: string): Promise<boolean> {
  return (await real.feeds.schedule.dueAt(0, feedId)) !== null;
}

test.each(["gone", "failing"] as const)(
  "a feed that is %s is read no more until it is resumed, and then as before",
  async (why) => {
    const { feedId } = await stoppedFeed(why);
    expect(await pollFeed(polling.deps, feedId, never)).toEqual({ kind: "stop", failure: "it answered 503" });
    await runSweep(real);
    expect(await isScheduled(feedId)).toBe(false);
    expect(await resumeFeed(deps, feedId, never)).toMatchObject({ kind: "polled", failure: null });
    expect([(await state(feedId))?.stopped, await isScheduled(feedId)]).toEqual(["", true]);
  },
);

test.each(["gone", "failing"] as const)("a new follow of a feed that is %s wakes it", async (why) => {
  const { feedId, url } = await stoppedFeed(why);
  expect(await followFeed(deps, freshChannel(), url, never)).toMatchObject({ kind: "followed", feedId });
  expect([(await state(feedId))?.stopped, await isScheduled(feedId)]).toEqual(["", true]);
});

test("a feed that still fails is tried again for a while", async () => {
  const { feedId, name } = await stoppedFeed("failing");
  server.page(name, { status: 503 });
  expect(await resumeFeed(deps, feedId, never)).toMatchObject({
    kind: "polled",
    failure: expect.stringContaining("503"),
  });
  expect([await state(feedId), await isScheduled(feedId)]).toMatchObject([{ stopped: "", failures: 10 }, true]);
});

test("a feed that is still gone stays so", async () => {
  const { feedId, name, url } = await stoppedFeed("gone");
  server.page(name, { status: 410 });
  expect(await resumeFeed(deps, feedId, never)).toMatchObject({ kind: "stop" });
  expect([await state(feedId), await isScheduled(feedId)]).toMatchObject([{ stopped: "gone" }, false]);
  expect(await followFeed(deps, freshChannel(), url, never)).toMatchObject({ kind: "refused" });
});

test("a feed in good health is read at once, and then when it says", async () => {
  const { feedId, name } = await stoppedFeed("failing");
  await resumeFeed(deps, feedId, never);
  await real.feeds.schedule.setDefinitive(0, feedId, 3_600_000);
  server.feed(name, rss([numbered(2), numbered(1)]));
  await resumeFeed(deps, feedId, never);
  expect(await real.feeds.schedule.dueAt(0, feedId)).toBeLessThan(Date.now() + 70_000);
  expect(await real.feeds.lastNumber(feedId)).toBe("2");
});

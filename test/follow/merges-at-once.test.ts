import { afterAll, beforeAll, expect, test } from "vitest";
import { mergeFeed, type MergeDeps } from "../../src/follow/merge-feed.ts";
import { unfollowFeed } from "../../src/follow/follow-feed.ts";
import type { Fetcher } from "../../src/feed/fetch/fetch.ts";
import { asAnother } from "../../src/poll/goes-on.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { entryId } from "../../src/relay/item.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { never } from "../poll/polling.ts";
import { close, open, polling, real, server } from "../poll/stage.ts";
import { runSweep, wake } from "../relay/work.ts";
import { excludingAuthor, follow } from "../store/follows.ts";
import { freshChannel, freshFeedId } from "../store/real-redis.ts";
import { numbered, rss } from "../support/rss.ts";

beforeAll(open);
afterAll(close);

function mergeDeps(): MergeDeps {
  return { poll: polling.deps, channels: real.channels, shardCount: 1, wake };
}

async function sweepAll(): Promise<void> {
  await runSweep(real, { merge: async (feedId) => await mergeFeed(mergeDeps(), feedId, never) });
}

/** A feed that has read the entries 1 and 2. */
async function openFeed(url: string, id = freshFeedId()): Promise<string> {
  await real.feeds.setState(id, { url });
  const document = documentOf([2, 1].map((n) => entry(n, { guid: `guid-${String(n)}` })));
  await recordDocument(real.feeds, id, document, true, LIMITS);
  return id;
}

/** A feed that has turned out to be `current`. */
async function openOld(current: string): Promise<string> {
  const id = freshFeedId();
  await openFeed(`https://${id}.example/feed`, id);
  await real.feeds.setState(id, { mergedInto: current, mergeRound: "1" });
  return id;
}

function show(current: string, ...numbers: readonly number[]): string {
  return server.serve(`/${current}`, { body: rss(numbers.toReversed().map((n) => numbered(n))) });
}

/** While this is shown nobody can begin to follow the feed. */
function showNothing(current: string): string {
  return server.on(`/${current}`, (_request, response) => void response.writeHead(503).end());
}

async function openCurrent(): Promise<string> {
  const id = freshFeedId();
  return await openFeed(showNothing(id), id);
}

/** What waits in the channel, whichever feed it comes from. */
async function waitingTitles(channel: string): Promise<string[]> {
  const { items } = await real.channels.waiting(channel);
  const titles: string[] = [];
  for (const item of items) {
    const dot = item.lastIndexOf(".");
    const [record] = await real.feeds.entries(item.slice(0, dot), [Number(item.slice(dot + 1))]);
    titles.push((JSON.parse(record ?? "{}") as { title: string }).title);
  }
  return titles;
}

test("two feeds that have become the same third one: who comes from the second loses nothing when the first arrives", async () => {
  const current = await openCurrent();
  const [first, second] = [await openOld(current), await openOld(current)];
  const [ofFirst, ofSecond] = [freshChannel(), freshChannel()];
  await follow(real, ofFirst, first);
  await follow(real, ofSecond, second);
  for (const feedId of [first, second]) await mergeFeed(mergeDeps(), feedId, never);
  show(current, 1, 2, 3);
  for (const feedId of [first, second]) await mergeFeed(mergeDeps(), feedId, never);
  show(current, 1, 2, 3, 4);
  await pollFeed(polling.deps, current, never);
  expect(await waitingTitles(ofFirst)).toEqual(["Post 3", "Post 4"]);
  expect(await waitingTitles(ofSecond)).toEqual(["Post 3", "Post 4"]);
});

test("what comes and goes between the poll that saw the move and a merge that can read is lost to nobody", async () => {
  const current = await openCurrent();
  const old = freshFeedId();
  await openFeed(server.redirect(`/${old}`, 308, `${server.origin}/${current}`), old);
  await real.feeds.setState(old, asAnother(current));
  const channel = freshChannel();
  await follow(real, channel, old);
  await mergeFeed(mergeDeps(), old, never);
  show(current, 2, 3);
  for (const feedId of [current, old]) await pollFeed(polling.deps, feedId, never);
  show(current, 4);
  for (let sweeps = 0; sweeps < 2; sweeps += 1) await mergeFeed(mergeDeps(), old, never);
  show(current, 4, 5);
  for (const feedId of [current, old]) await pollFeed(polling.deps, feedId, never);
  expect(await waitingTitles(channel)).toEqual(["Post 3", "Post 4", "Post 5"]);
});

test("what the old feed's poll finds after the merge has read the document is posted once", async () => {
  const current = await openCurrent();
  const old = freshFeedId();
  await openFeed(server.redirect(`/${old}`, 308, show(current, 1, 2)), old);
  await real.feeds.setState(old, asAnother(current));
  const channel = freshChannel();
  await follow(real, channel, old);
  const { poll, ...deps } = mergeDeps();
  const fetcher: Fetcher = {
    ...poll.fetcher,
    async fetch(...request) {
      const outcome = await poll.fetcher.fetch(...request);
      show(current, 1, 2, 3);
      await pollFeed(polling.deps, old, never);
      return outcome;
    },
  };
  await mergeFeed({ ...deps, poll: { ...poll, fetcher } }, old, never);
  await mergeFeed(mergeDeps(), old, never);
  await pollFeed(polling.deps, current, never);
  expect(await waitingTitles(channel)).toEqual(["Post 3"]);
});

test("a channel that unfollows the old feed before it has begun with the new one is not left with a follow that brings nothing", async () => {
  const current = await openCurrent();
  const old = await openOld(current);
  const channel = freshChannel();
  await follow(real, channel, old, excludingAuthor("Grace"));
  await sweepAll();
  const deps = { poll: polling.deps, channels: real.channels, shardCount: 1 };
  await unfollowFeed(deps, channel, old, `https://${old}.example/feed`);
  // The old feed may have brought the third.
  show(current, 1, 2, 3);
  for (let sweeps = 0; sweeps < 2; sweeps += 1) await sweepAll();
  show(current, 1, 2, 3, 4);
  await pollFeed(polling.deps, current, never);
  expect([...(await real.channels.follows(channel)).keys()]).toEqual([current]);
  expect((await real.channels.waiting(channel)).items).toEqual([entryId(current, 4)]);
  expect((await real.feeds.followers.get(current, channel))?.settings).toContain("Grace");
});

test("a follow of which only the channel knows goes to the new feed too", async () => {
  const current = await openCurrent();
  const old = await openOld(current);
  const channel = freshChannel();
  await real.channels.register(channel);
  await real.channels.beginFollow(channel, old, 100);
  show(current, 1, 2);
  await sweepAll();
  show(current, 1, 2, 3);
  await pollFeed(polling.deps, current, never);
  expect([...(await real.channels.follows(channel)).keys()]).toEqual([current]);
  expect((await real.channels.waiting(channel)).items).toEqual([entryId(current, 3)]);
});

test("nor is one whose new feed goes on as yet another and is still read: what its old feed may have brought is not news", async () => {
  const [beyond, current] = [await openCurrent(), await openCurrent()];
  const old = await openOld(current);
  const channel = freshChannel();
  await follow(real, channel, old);
  await sweepAll();
  const deps = { poll: polling.deps, channels: real.channels, shardCount: 1 };
  await unfollowFeed(deps, channel, old, `https://${old}.example/feed`);
  await real.feeds.setState(current, asAnother(beyond));
  show(current, 1, 2, 3);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await mergeFeed(mergeDeps(), current, never);
  await pollFeed(polling.deps, current, never);
  show(beyond, 1, 2, 3, 4);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await mergeFeed(mergeDeps(), current, never);
  await pollFeed(polling.deps, beyond, never);
  expect(await waitingTitles(channel)).toEqual(["Post 4"]);
});

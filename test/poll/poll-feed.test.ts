import { afterAll, beforeAll, expect, test } from "vitest";
import { READING_VERSION } from "../../src/feed/entry.ts";
import { createDocumentReader } from "../../src/feed/read/document-reader.ts";
import { toFeedState } from "../../src/poll/feed-state.ts";
import { type PollDeps, pollFeed, settlePoll } from "../../src/poll/poll-feed.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../support/feed-server.ts";
import { numbered, rss } from "../support/rss.ts";
import { longDocument } from "../parse/slow.ts";
import { never, openPolling, type Polling } from "./polling.ts";

let real: RealRedis;
let server: FeedServer;
let polling: Polling;

beforeAll(async () => {
  real = await openRealRedis();
  server = await startFeedServer();
  polling = openPolling(real);
});

afterAll(async () => {
  await polling.close();
  await server.close();
  await real.close();
});

interface Followed {
  readonly feedId: string;
  readonly channel: string;
  readonly outstanding: () => Promise<number>;
}

/** A feed that was read empty and is followed by one channel. */
async function followed(url: string): Promise<Followed> {
  const feedId = freshFeedId();
  const channel = freshChannel();
  await real.feeds.setState(feedId, { url });
  await recordDocument(real.feeds, feedId, documentOf([]), true, LIMITS);
  await follow(real, channel, feedId);
  return { feedId, channel, outstanding: async () => await real.channels.outstanding(channel) };
}

function served(name: string): string {
  return server.feed(name, rss([numbered(1)])).url;
}

/** Dies before any record reaches an outbox. */
const dyingDeps = (): PollDeps => ({
  ...polling.deps,
  fanOut: async () => await Promise.reject(new Error("killed")),
});

test("a document is remembered only when its entries have reached the outboxes", async () => {
  const { feedId, outstanding } = await followed(served("late"));
  await expect(pollFeed(dyingDeps(), feedId, never)).rejects.toThrow("killed");
  expect(await real.feeds.state(feedId)).not.toHaveProperty("etag");
  expect(await real.feeds.state(feedId)).not.toHaveProperty("bodyHash");
  await pollFeed(polling.deps, feedId, never);
  expect(await outstanding()).toBe(1);
  const { etag, bodyHash, readingVersion } = await real.feeds.state(feedId);
  expect([etag, bodyHash]).not.toContain("");
  expect(readingVersion).toBe(String(READING_VERSION));
});

test("a record left open is finished by the next poll, also when nothing is new", async () => {
  const { feedId, channel, outstanding } = await followed(served("open"));
  await pollFeed(polling.deps, feedId, never);
  await recordDocument(real.feeds, feedId, documentOf([entry(2)]), true, LIMITS);
  await pollFeed(polling.deps, feedId, never);
  expect(await outstanding()).toBe(2);
  expect(await real.feeds.hasFanOut(feedId)).toBe(false);
  expect(polling.woken).toContain(channel);
});

test("a record left open is finished also when the feed turns out to be gone", async () => {
  const { feedId, outstanding } = await followed(server.page("gone", { status: 410 }));
  await recordDocument(real.feeds, feedId, documentOf([entry(1)]), true, LIMITS);
  expect(await pollFeed(polling.deps, feedId, never)).toMatchObject({ kind: "stop" });
  expect(await outstanding()).toBe(1);
});

test("a feed that is gone is told of once, and not asked again", async () => {
  const { feedId } = await followed(server.page("gone-once", { status: 410 }));
  await pollFeed(polling.deps, feedId, never);
  const before = server.requests();
  expect(await pollFeed(polling.deps, feedId, never)).toMatchObject({ kind: "stop" });
  expect(server.requests()).toBe(before);
  expect(polling.gone.filter((id) => id === feedId)).toHaveLength(1);
});

test("failures are counted, with the time of the first and the reason of the last, until one reading succeeds", async () => {
  const { feedId } = await followed(server.page("ill", { status: 503, headers: { "retry-after": "30" } }));
  const first = await pollFeed(polling.deps, feedId, never);
  expect(first).toMatchObject({ kind: "polled" });
  expect(first.kind === "polled" ? first.nextInMs : 0).toBeGreaterThanOrEqual(30_000);
  const since = (await real.feeds.state(feedId))["failingSinceMs"];
  await pollFeed(polling.deps, feedId, never);
  const { failures, failingSinceMs, failure } = await real.feeds.state(feedId);
  expect([failures, failingSinceMs]).toEqual(["2", since]);
  expect(failure).toContain("503");
  await real.feeds.setState(feedId, { url: served("well") });
  await pollFeed(polling.deps, feedId, never);
  expect(await real.feeds.state(feedId)).toMatchObject({ failures: "0", failingSinceMs: "0", failure: "" });
});

test("an unchanged document is asked for conditionally, and posts nothing twice", async () => {
  const { feedId, outstanding } = await followed(served("steady"));
  for (let n = 0; n < 3; n += 1) await pollFeed(polling.deps, feedId, never);
  expect(await outstanding()).toBe(1);
});

test("a document that takes too long to read is a failure with its reason, asked for again later, and read when it can be", async () => {
  const { feedId, outstanding } = await followed(server.feed("slow", longDocument(200_000)).url);
  const hasty = openPolling(real, createDocumentReader({ deadlineMs: 1 }));
  const first = await pollFeed(hasty.deps, feedId, never);
  const second = await pollFeed(hasty.deps, feedId, never);
  await hasty.close();
  expect(await real.feeds.state(feedId)).toMatchObject({
    failures: "2",
    failure: expect.stringContaining("took longer"),
  });
  const delays = [first, second].map((result) => (result.kind === "polled" ? result.nextInMs : 0));
  expect(delays[1]).toBeGreaterThan(delays[0] ?? Number.POSITIVE_INFINITY);
  await pollFeed(polling.deps, feedId, never);
  expect(await real.feeds.state(feedId)).toMatchObject({ failures: "0", failure: "" });
  expect(await outstanding()).toBeGreaterThan(100);
});

test("a feed that an older version has read is read once more in full", async () => {
  const { feedId, outstanding } = await followed(served("older"));
  await pollFeed(polling.deps, feedId, never);
  const { feedId: other, outstanding: otherOutstanding } = await followed(server.origin + "/older");
  const { etag = "", bodyHash = "" } = await real.feeds.state(feedId);
  await real.feeds.setState(other, { etag, bodyHash, readingVersion: String(READING_VERSION - 1) });
  await pollFeed(polling.deps, other, never);
  expect([await outstanding(), await otherOutstanding()]).toEqual([1, 1]);
});

test("after a document that was cut nothing is remembered of it but its entries, and it is read again soon", async () => {
  const { feedId, outstanding } = await followed(served("cut"));
  await real.feeds.setState(feedId, { etag: "old", bodyHash: "old" });
  const state = toFeedState(await real.feeds.state(feedId));
  if (state === null) throw new Error("no state");
  const response = {
    kind: "modified",
    url: state.url,
    movedTo: null,
    body: Buffer.alloc(0),
    wireBytes: 0,
    whole: false,
    cutBy: "connection",
    status: 200,
    contentType: "application/xml",
    validators: { etag: "new", lastModified: "new" },
    freshForMs: 3_600_000,
  } as const;
  const document = documentOf([entry(2), entry(1)], { whole: false });
  const result = await settlePoll(polling.deps, feedId, state, { kind: "feed", response, bodyHash: "new", document });
  expect(await outstanding()).toBe(2);
  const after = toFeedState(await real.feeds.state(feedId));
  expect(after).toMatchObject({ validators: { etag: null, lastModified: null }, bodyHash: "" });
  expect(result.kind === "polled" ? result.nextInMs : Infinity).toBeLessThanOrEqual(1.1 * polling.deps.bounds.minMs);
});

test("a first document that was cut is not yet a reading: what the rest brings is not news", async () => {
  const feedId = freshFeedId();
  const channel = freshChannel();
  await recordDocument(real.feeds, feedId, documentOf([entry(2)], { whole: false }), false, LIMITS);
  await follow(real, channel, feedId);
  await recordDocument(real.feeds, feedId, documentOf([entry(2), entry(1)]), true, LIMITS);
  expect(await real.feeds.hasFanOut(feedId)).toBe(false);
  expect(await recordDocument(real.feeds, feedId, documentOf([entry(3)]), true, LIMITS)).toEqual([3]);
  expect(await real.feeds.hasFanOut(feedId)).toBe(true);
});

test("validators never stand beside the reading version of another process, which has read the feed meanwhile", async () => {
  const { feedId } = await followed(served("versions"));
  await pollFeed(polling.deps, feedId, never);
  server.feed("versions", rss([numbered(1), numbered(2)]));
  const fanOut: PollDeps["fanOut"] = async (id) => {
    await polling.deps.fanOut(id);
    await real.feeds.setState(id, { readingVersion: String(READING_VERSION + 1), bodyHash: "theirs" });
  };
  await pollFeed({ ...polling.deps, fanOut }, feedId, never);
  const state = toFeedState(await real.feeds.state(feedId));
  expect(state?.bodyHash).not.toBe("theirs");
  expect(state?.readingVersion).toBe(READING_VERSION);
});

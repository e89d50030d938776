import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFetcher } from "../../src/feed/fetch/fetch.ts";
import { followFeed } from "../../src/follow/follow-feed.ts";
import { mergeFeed } from "../../src/follow/merge-feed.ts";
import { toFeedState } from "../../src/poll/feed-state.ts";
import type { PollDeps } from "../../src/poll/poll-feed.ts";
import type { SweepDeps } from "../../src/relay/sweep.ts";
import { certificate, type FeedServer, startFeedServer } from "../servers/feed-server.ts";
import { rules } from "../fetch/fetching.ts";
import { excludingAuthor, follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { numbered, rss } from "../support/rss.ts";
import { type Clock, pollUntil } from "./clock.ts";
import { runSweep, wake } from "../relay/work.ts";
import { never, openPolling, type Polling } from "./polling.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Wednesday. */
const START_MS = Date.UTC(2026, 2, 4);

let real: RealRedis;
let polling: Polling;
let server: FeedServer;
let deps: PollDeps;

beforeAll(async () => {
  real = await openRealRedis();
  polling = openPolling(real);
  const network = { authorities: certificate("authority") };
  const fetcher = createFetcher({ userAgent: "Planetwire/test", allowPrivate: rules("127.0.0.1"), network });
  deps = { ...polling.deps, fetcher, bounds: { minMs: 15 * MINUTE_MS, maxMs: 6 * HOUR_MS } };
});

beforeEach(async () => {
  server = await startFeedServer();
});

afterEach(async () => await server.close());

afterAll(async () => {
  await deps.fetcher.close();
  await polling.close();
  await real.close();
});

async function newFeed(url: string): Promise<string> {
  const feedId = freshFeedId();
  await real.feeds.setState(feedId, { url });
  await real.feeds.alias(url, feedId);
  return feedId;
}

/** Days of polling on a clock of its own; the times of all polls. */
async function watch(url: string, days: number): Promise<number[]> {
  const clock: Clock = { nowMs: START_MS };
  const times = await pollUntil(deps, await newFeed(url), clock, START_MS + days * DAY_MS);
  expect(server.requests.length).toBeGreaterThanOrEqual(times.length);
  return times;
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((at, i) => at - (times[i] ?? at));
}

/** A document without dates, so that only what it asks for decides. */
function document(elements = ""): string {
  const items = [1, 2, 3].map((n) => ({ guid: `guid-${n}`, title: `Post ${n}` }));
  return rss(items).replace("<channel>", `<channel>${elements}`);
}

describe("a feed is asked no sooner than it allows", () => {
  test.each([
    ["by max-age", { headers: { "cache-control": "max-age=10800" } }, 3 * HOUR_MS],
    ["by Expires", { headers: { expires: new Date(Date.now() + 10 * HOUR_MS).toUTCString() } }, 9.9 * HOUR_MS],
    ["by its ttl", { body: document("<ttl>240</ttl>") }, 4 * HOUR_MS],
    [
      "by sy:updatePeriod",
      {
        body: document(
          '<s:updatePeriod xmlns:s="http://purl.org/rss/1.0/modules/syndication/">hourly</s:updatePeriod>',
        ),
      },
      HOUR_MS,
    ],
    [
      "by the longest of several",
      { body: document("<ttl>60</ttl>"), headers: { "cache-control": "max-age=28800" } },
      8 * HOUR_MS,
    ],
    ["for a day at most", { headers: { "cache-control": "max-age=31536000" } }, DAY_MS],
  ])("%s", async (_how, served, least) => {
    const url = server.serve("/feed", { body: document(), etag: '"e"', ...served });
    const pauses = gaps(await watch(url, 5));
    expect(pauses.length).toBeGreaterThanOrEqual(4);
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(least);
  });

  test("by ttl and skipHours together, hour by hour over four days", async () => {
    const skipped = [0, 1, 2, 3, 4, 5, 6, 22, 23];
    const hours = skipped.map((hour) => `<hour>${hour}</hour>`).join("");
    const body = document(`<ttl>30</ttl><skipHours>${hours}</skipHours>`);
    const times = await watch(server.serve("/feed", { body, etag: '"e"' }), 4);
    // The first poll knows nothing of the feed's wishes yet.
    const byHour = Array.from({ length: 24 }, (_, hour) => {
      return times.slice(1).filter((at) => new Date(at).getUTCHours() === hour).length;
    });
    for (const hour of skipped) expect(byHour[hour], `hour ${hour}`).toBe(0);
    expect(byHour.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(8);
    for (const pause of gaps(times)) expect(pause).toBeGreaterThanOrEqual(30 * MINUTE_MS);
  });

  test("by skipDays, also when it fails meanwhile", async () => {
    const body = document("<skipDays><day>Saturday</day><day>Sunday</day></skipDays>");
    let failing = false;
    const url = server.on("/feed", (_request, response) => {
      response.writeHead(failing ? 500 : 200).end(failing ? "" : body);
      failing = !failing;
    });
    const times = await watch(url, 14);
    const days = times.slice(1).map((at) => new Date(at).getUTCDay());
    expect(days).toContain(1);
    expect(days.filter((day) => day === 0 || day === 6)).toEqual([]);
  });
});

test.each([429, 503])("after a %i with Retry-After, in either form, nobody asks before", async (status) => {
  for (const retryAfter of ["172800", new Date(Date.now() + 2 * DAY_MS).toUTCString()]) {
    const url = server.on("/feed", (_request, response) =>
      response.writeHead(status, { "retry-after": retryAfter }).end(),
    );
    for (const pause of gaps(await watch(url, 9))) expect(pause).toBeGreaterThan(2 * DAY_MS - 5000);
  }
});

test.each([401, 403, 404, 429, 500, 503])(
  "a feed that answers %i is asked half as often each time, once a day in the end, and says why",
  async (status) => {
    const url = server.on("/feed", (_request, response) => response.writeHead(status).end());
    const feedId = await newFeed(url);
    const clock = { nowMs: START_MS };
    const pauses = gaps(await pollUntil(deps, feedId, clock, START_MS + 12 * DAY_MS));
    const expected = [0.25, 0.5, 1, 2, 4, 8, 16, 24, 24].map((hours) => hours * HOUR_MS);
    for (const [i, least] of expected.entries()) {
      expect(pauses[i]).toBeGreaterThanOrEqual(least);
      expect(pauses[i]).toBeLessThanOrEqual(1.1 * least);
    }
    const state = toFeedState(await real.feeds.state(feedId));
    expect(state).toMatchObject({
      failure: expect.stringContaining(`${server.host} answered ${status}`),
      failingSinceMs: START_MS,
    });
  },
);

test("a daily feed is asked about eight times a day, and a monthly one four times", async () => {
  const dated = (gapMs: number): string => {
    const dates = Array.from({ length: 10 }, (_, n) => new Date(START_MS - n * gapMs));
    return rss(dates.map((date, n) => numbered(n, { date })));
  };
  const daily = gaps(await watch(server.serve("/daily", { body: dated(DAY_MS), etag: '"e"' }), 1));
  const monthly = gaps(await watch(server.serve("/monthly", { body: dated(30 * DAY_MS), etag: '"e"' }), 3));
  for (const pause of daily) expect(pause).toBeLessThanOrEqual(3.3 * HOUR_MS);
  for (const pause of [...daily, ...monthly]) expect(pause).toBeGreaterThanOrEqual(3 * HOUR_MS);
  for (const pause of monthly) expect(pause).toBeGreaterThanOrEqual(6 * HOUR_MS);
});

describe("a permanent move", () => {
  let secure: FeedServer;

  beforeEach(async () => {
    secure = await startFeedServer("good");
  });

  afterEach(async () => await secure.close());

  test.each([301, 308])(
    "by %i is kept in place of the old URL after a day of successes over TLS, and no sooner",
    async (status) => {
      const moved = secure.serve("/new", { body: document(), etag: '"e"' });
      const old = server.redirect("/old", status, moved);
      const feedId = await newFeed(old);
      const clock = { nowMs: START_MS };
      await pollUntil(deps, feedId, clock, START_MS + DAY_MS);
      expect(toFeedState(await real.feeds.state(feedId))).toMatchObject({ url: old });
      await pollUntil(deps, feedId, clock, START_MS + 2 * DAY_MS);
      expect(toFeedState(await real.feeds.state(feedId))).toMatchObject({ url: moved, formerUrl: old, movedTo: "" });
      const asked = server.requests.length;
      await pollUntil(deps, feedId, clock, START_MS + 4 * DAY_MS);
      expect(server.requests.length).toBe(asked);
      expect(secure.requests.at(-1)?.headers).toMatchObject({ "if-none-match": '"e"' });
      expect([await real.feeds.idOf(old), await real.feeds.idOf(moved)]).toEqual([feedId, feedId]);
    },
  );

  test.each([302, 303, 307])("is not seen in a %i", async (status) => {
    const old = server.redirect("/old", status, secure.serve("/new", { body: document() }));
    const feedId = await newFeed(old);
    await pollUntil(deps, feedId, { nowMs: START_MS }, START_MS + 4 * DAY_MS);
    expect(toFeedState(await real.feeds.state(feedId))).toMatchObject({ url: old, movedTo: "" });
  });

  test("to a place without TLS is followed each time and never kept", async () => {
    const old = server.redirect("/old", 301, server.serve("/new", { body: document() }));
    const feedId = await newFeed(old);
    await pollUntil(deps, feedId, { nowMs: START_MS }, START_MS + 4 * DAY_MS);
    expect(toFeedState(await real.feeds.state(feedId))).toMatchObject({ url: old, movedTo: "" });
  });

  test("that is taken back counts from the beginning", async () => {
    const moved = secure.serve("/new", { body: document() });
    server.redirect("/old", 301, moved);
    const feedId = await newFeed(`${server.origin}/old`);
    const clock = { nowMs: START_MS };
    await pollUntil(deps, feedId, clock, START_MS + 0.9 * DAY_MS);
    server.serve("/old", { body: document() });
    await pollUntil(deps, feedId, clock, clock.nowMs + 1);
    server.redirect("/old", 301, moved);
    await pollUntil(deps, feedId, clock, START_MS + 1.8 * DAY_MS);
    expect(toFeedState(await real.feeds.state(feedId))).toMatchObject({ url: `${server.origin}/old` });
  });

  test("to a feed that is followed already brings its followers there, by the sweep", async () => {
    const url = secure.serve("/feed", { body: document(), etag: '"e"' });
    const old = server.redirect("/old", 308, url);
    const [from, into] = [await newFeed(old), await newFeed(url)];
    const channel = freshChannel();
    const clock = { nowMs: START_MS };
    for (const feedId of [into, from]) await pollUntil(deps, feedId, clock, clock.nowMs + 1);
    await follow(real, channel, from, excludingAuthor("Grace"));
    const { feeds, channels } = real;
    await pollUntil(deps, from, clock, START_MS + 0.9 * DAY_MS);
    expect(toFeedState(await feeds.state(from))).toMatchObject({ mergedInto: "" });
    await pollUntil(deps, from, clock, START_MS + 3 * DAY_MS);
    expect(toFeedState(await feeds.state(from))).toMatchObject({ mergedInto: into, isClosed: false });
    const merge: SweepDeps["merge"] = async (id, signal) =>
      await mergeFeed({ poll: deps, channels, shardCount: 1, wake }, id, signal);
    // Only the channel's half of the new follow was written before a crash: the rules must not be lost to the sweep.
    await channels.beginFollow(channel, into, 9);
    await runSweep(real, { merge });
    expect(toFeedState(await feeds.state(from))).toMatchObject({ isClosed: true });
    expect([...(await channels.follows(channel)).keys()]).toEqual([into]);
    expect((await feeds.followers.get(into, channel))?.settings).toContain("Grace");
    expect(await feeds.schedule.all(0)).toContain(into);
    const result = await followFeed(
      { poll: deps, channels, shardCount: 1, mostFollows: 9 },
      freshChannel(),
      old,
      never,
    );
    expect(result).toMatchObject({ kind: "followed", feedId: into });
  });
});

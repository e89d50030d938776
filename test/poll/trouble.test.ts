import { afterAll, beforeAll, expect, test } from "vitest";
import { toFeedState } from "../../src/poll/feed-state.ts";
import { type PollDeps, pollFeed } from "../../src/poll/poll-feed.ts";
import { troubleOf } from "../../src/poll/trouble.ts";
import { tellFollowers } from "../../src/relay/feed-notices.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { dying, Life } from "../relay/life.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../support/feed-server.ts";
import { numbered, rss } from "../support/rss.ts";
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

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 1);

interface Scene {
  readonly feedId: string;
  readonly channel: string;
  /** One poll so many hours after the beginning, as `status` lets it end. Undefined when the process died in it. */
  readonly poll: (hours: number, status: number, life?: Life, forPerson?: boolean) => Promise<string | undefined>;
  readonly notices: (channel?: string) => Promise<readonly string[]>;
}

/** A feed that was read once and is followed by two channels. */
async function openScene(): Promise<Scene> {
  const [feedId, channel, other] = [freshFeedId(), freshChannel(), freshChannel()];
  const name = feedId.replaceAll(/\W/g, "");
  const document = rss([numbered(1)]);
  const { url } = server.feed(name, document);
  await real.feeds.setState(feedId, { url, title: "Test planet" });
  for (const one of [channel, other]) await follow(real, one, feedId);
  async function poll(hours: number, status: number, life = new Life(), forPerson = false) {
    if (status === 200) server.feed(name, document);
    else server.page(name, { status });
    const feeds = dying(real.feeds, life);
    const channels = dying(real.channels, life);
    const deps: PollDeps = {
      ...polling.deps,
      feeds,
      nowMs: async () => await Promise.resolve(START_MS + hours * HOUR_MS),
      tell: async (id, state, notice) =>
        await tellFollowers({ feeds, channels, wake: async () => await Promise.resolve() }, id, state, notice),
    };
    try {
      return (await pollFeed(deps, feedId, never, forPerson)).kind;
    } catch (error) {
      if (!life.isOver) throw error;
      return undefined;
    }
  }
  await poll(0, 200);
  return { feedId, channel, poll, notices: async (one = channel) => await told(one) };
}

/** Texts of a channel's notices, in the order in which they were announced. */
async function told(channel: string): Promise<readonly string[]> {
  const { outbox, notices } = channelKeys(channel);
  const ids = (await real.redis.zrange(outbox, "0", "-1")).filter((id) => id.startsWith("!"));
  const texts = await Promise.all(ids.map(async (id) => await real.redis.hget(notices, id.slice(1))));
  return texts.map(String);
}

const failing = expect.stringMatching(/^“Test planet” has not been readable since 2026-11-01 01:00 UTC: .*503/);
const back = expect.stringMatching(/^“Test planet” can be read again; it could not since 2026-11-01 01:00 UTC/);
const stopped = expect.stringMatching(
  /^“Test planet” is not read any more: it has not been readable since .*resume http/,
);
const gone = expect.stringMatching(/^“Test planet” is not read any more: its publisher says that it is gone/);

test("a feed that fails for a day says so once in each of its channels, and once when it is back", async () => {
  const { feedId, poll, notices } = await openScene();
  for (const hours of [1, 12, 24.9]) await poll(hours, 503);
  expect(await notices()).toEqual([]);
  for (const hours of [25, 26, 40]) await poll(hours, 503);
  for (const channel of await real.feeds.followers.channels(feedId)) expect(await notices(channel)).toEqual([failing]);
  for (const hours of [41, 42]) await poll(hours, 200);
  for (const channel of await real.feeds.followers.channels(feedId))
    expect(await notices(channel)).toEqual([failing, back]);
});

test("a feed that was back before the day was over says nothing", async () => {
  const { poll, notices } = await openScene();
  for (const hours of [1, 12, 24]) await poll(hours, 503);
  for (const hours of [25, 60]) await poll(hours, 200);
  await poll(61, 503);
  expect(await notices()).toEqual([]);
});

test("one failure that is seen again after a long pause of the bot itself is told only when it was seen again", async () => {
  const { poll, notices } = await openScene();
  await poll(1, 503);
  await poll(300, 200);
  await poll(301, 503);
  expect(await notices()).toEqual([]);
});

test("the next trouble is told anew", async () => {
  const { poll, notices } = await openScene();
  for (const hours of [1, 26, 27]) await poll(hours, hours === 27 ? 200 : 503);
  for (const hours of [100, 125, 126]) await poll(hours, hours === 126 ? 200 : 503);
  expect(await notices()).toEqual([
    failing,
    back,
    expect.stringContaining("since 2026-11-05"),
    expect.stringContaining("again"),
  ]);
});

test("a channel that follows since the trouble was told does not hear of its end", async () => {
  const { feedId, poll, notices } = await openScene();
  for (const hours of [1, 26]) await poll(hours, 503);
  const late = freshChannel();
  await follow(real, late, feedId);
  await poll(27, 200);
  expect([await notices(late), await notices()]).toEqual([[], [failing, back]]);
});

test("after two weeks reading stops with a message; nobody but a person asks again, and then it has two weeks more", async () => {
  const { feedId, poll, notices } = await openScene();
  const days = Array.from({ length: 15 }, (_, n) => 1 + n * 24);
  for (const hours of days.slice(0, 14)) expect(await poll(hours, 503)).toBe("polled");
  expect(await poll(337, 503)).toBe("stop");
  expect(await notices()).toEqual([failing, stopped]);
  const before = server.requests();
  expect(await poll(400, 200)).toBe("stop");
  expect(server.requests()).toBe(before);
  expect(await poll(400, 503, new Life(), true)).toBe("polled");
  expect(await poll(401, 503)).toBe("polled");
  expect(await poll(400 + 14 * 24, 503)).toBe("stop");
  expect(await notices()).toEqual([failing, stopped, stopped]);
  expect(await poll(800, 200, new Life(), true)).toBe("polled");
  expect(await notices()).toEqual([failing, stopped, stopped, back]);
  expect(toFeedState(await real.feeds.state(feedId))).toMatchObject({ stopped: "", failures: 0, toldSinceMs: 0 });
});

test("a feed that is gone for good says so at once, each time that it goes, and is back when it is", async () => {
  const { poll, notices } = await openScene();
  expect(await poll(1, 410)).toBe("stop");
  expect(await poll(2, 200)).toBe("stop");
  expect(await poll(3, 410, new Life(), true)).toBe("stop");
  expect(await notices()).toEqual([gone]);
  expect(await poll(4, 200, new Life(), true)).toBe("polled");
  expect(await poll(5, 410)).toBe("stop");
  expect(await notices()).toEqual([gone, expect.stringContaining("can be read again"), gone]);
});

test("what an older version had marked as gone stays so", async () => {
  const { feedId, poll } = await openScene();
  await real.feeds.setState(feedId, { gone: "1" });
  expect(await poll(1, 200)).toBe("stop");
  expect(await poll(1, 200, new Life(), true)).toBe("polled");
  expect(await poll(2, 200)).toBe("polled");
});

/** Failing, told; back, told; gone, told: each poll is repeated by a successor where its process died. */
async function story(life: Life): Promise<Scene> {
  const scene = await openScene();
  const polls: readonly (readonly [hours: number, status: number])[] = [
    [1, 503],
    [26, 503],
    [27, 503],
    [28, 200],
    [29, 200],
    [30, 410],
  ];
  for (const [hours, status] of polls)
    if ((await scene.poll(hours, status, life)) === undefined) await scene.poll(hours, status);
  return scene;
}

test.each(["before", "after"] as const)(
  "a process that dies %s any step has told nothing twice and hides nothing",
  async (moment) => {
    const dry = new Life();
    await story(dry);
    expect(dry.calls).toBeGreaterThan(20);
    for (let step = 1; step <= dry.calls; step += 1) {
      const scene = await story(new Life(step, moment));
      for (const channel of await real.feeds.followers.channels(scene.feedId))
        expect({ step, told: await scene.notices(channel) }).toEqual({ step, told: [failing, back, gone] });
    }
  },
  60_000,
);

test.each([200, 503, 410])(
  "a process that dies as it has noted that the feed is back is succeeded also by a poll that ends with %i",
  async (status) => {
    for (let step = 1; step < 12; step += 1) {
      const scene = await openScene();
      for (const hours of [1, 26]) await scene.poll(hours, 503);
      await scene.poll(27, 200, new Life(step, "after"));
      await scene.poll(28, status);
      const seen = await scene.notices();
      const isBack = seen.length > 1 && String(seen[1]).includes("can be read again");
      const { failingSinceMs } = toFeedState(await real.feeds.state(scene.feedId)) ?? {};
      // Either the good poll was never noted, and this is one trouble still; or its end was told.
      if (status === 200 || failingSinceMs !== START_MS + HOUR_MS)
        expect({ step, isBack }).toEqual({ step, isBack: true });
      else expect({ step, isBack }).toEqual({ step, isBack: false });
    }
  },
);

test.each([503, 410])(
  "who heard of trouble (%i) hears of its end, also where the process that told died before it noted that",
  async (status) => {
    for (const moment of ["before", "after"] as const) {
      for (let step = 1; step < 30; step += 1) {
        const scene = await openScene();
        await scene.poll(1, 503);
        await scene.poll(26, status, new Life(step, moment));
        for (const hours of [27, 28]) await scene.poll(hours, 200, new Life(), true);
        const heard = (await scene.notices()).map((text) => text.includes("can be read again"));
        expect({ moment, step, heard }).toEqual({ moment, step, heard: heard.length === 0 ? [] : [false, true] });
      }
    }
  },
);

test.each([
  { what: "young trouble", state: { failures: 9, failingSinceMs: 950, toldSinceMs: 0, resumedAtMs: 0 }, is: "wait" },
  {
    what: "old trouble, seen once",
    state: { failures: 1, failingSinceMs: 1, toldSinceMs: 0, resumedAtMs: 0 },
    is: "wait",
  },
  { what: "old trouble", state: { failures: 2, failingSinceMs: 1, toldSinceMs: 0, resumedAtMs: 0 }, is: "tell" },
  {
    what: "very old trouble, not told",
    state: { failures: 9, failingSinceMs: 1, toldSinceMs: 0, resumedAtMs: 0 },
    is: "tell",
  },
  { what: "the same, told", state: { failures: 9, failingSinceMs: 1, toldSinceMs: 1, resumedAtMs: 0 }, is: "stop" },
  {
    what: "told, but tried little",
    state: { failures: 4, failingSinceMs: 1, toldSinceMs: 1, resumedAtMs: 0 },
    is: "wait",
  },
  {
    what: "told, and begun anew",
    state: { failures: 9, failingSinceMs: 1, toldSinceMs: 1, resumedAtMs: 800 },
    is: "wait",
  },
])("$what: $is", ({ state, is }) => {
  expect(troubleOf(state, { noticeAfterMs: 100, stopAfterMs: 500 }, 1000)).toBe(is);
});

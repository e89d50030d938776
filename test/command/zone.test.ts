import { afterAll, beforeAll, expect, test } from "vitest";
import { stampIn } from "../../src/zone.ts";
import { tellFollowers } from "../../src/relay/feed-notices.ts";
import { toFeedState } from "../../src/poll/feed-state.ts";
import { moveChannel } from "../../src/relay/move-channel.ts";
import { freshChannel } from "../store/real-redis.ts";
import { openSearching, type Searching } from "./searching.ts";
import { speaker } from "./speaker.ts";

let searching: Searching;

beforeAll(async () => {
  searching = await openSearching();
});

afterAll(async () => searching.close());

const nothing = async (): Promise<void> => await Promise.resolve();
/** 00:30 on 1 February in Berlin. */
const LATE_IN_JANUARY = "2026-01-31T23:30:00.000Z";

test.each([
  ["UTC", "2026-07-01 12:00 UTC"],
  ["Europe/Berlin", "2026-07-01 14:00 CEST"],
  ["America/New_York", "2026-07-01 08:00 GMT-4"],
  ["Asia/Kolkata", "2026-07-01 17:30 GMT+5:30"],
  ["Mars/Olympus", "2026-07-01 12:00 UTC"],
])("in %s it is %s", (zone, text) => {
  expect(stampIn(zone, Date.UTC(2026, 6, 1, 12))).toBe(text);
});

test("a zone is known by its name, whatever its case, and by nothing else", async () => {
  const say = speaker(searching.real, freshChannel());
  expect((await say("settings")).text).toContain("Dates in posts and answers are in UTC,");
  expect((await say("settings zone:europe/berlin")).text).toContain("Dates in posts and answers are in Europe/Berlin,");
  for (const wrong of ["kernel", "+01:00", "Mars/Olympus", "GMT+1", "Europe/"])
    expect((await say(`settings zone:${wrong}`)).text).toContain(`There is no time zone “${wrong}”`);
  expect((await say("settings zone:UTC", { role: "member" })).status).toBe("refused");
  expect((await say("settings")).text).toContain("Europe/Berlin");
  await say("settings members");
  expect((await say("settings zone:Asia/Kolkata", { role: "member" })).text).toContain("Asia/Kolkata");
  expect((await say("settings zone:UTC", { role: "guest" })).status).toBe("refused");
});

test("days of a search begin in the channel's zone, and dates in its answers are there", async () => {
  const feedId = await searching.feed("Full Circle", [{ titleRaw: "Kernel", publishedAt: LATE_IN_JANUARY }]);
  const [here, elsewhere] = [await searching.channel(feedId), await searching.channel(feedId)];
  const [say, sayElsewhere] = [here, elsewhere].map((channel) => speaker(searching.real, channel, searching.deps));
  await say?.("settings zone:Europe/Berlin");
  expect((await say?.("search kernel since:2026-02-01"))?.text).toContain("2026-02-01 00:30 CET");
  expect((await say?.("search kernel before:2026-02-01"))?.text).toContain("Nothing");
  expect((await sayElsewhere?.("search kernel since:2026-02-01"))?.text).toContain("Nothing");
  expect((await sayElsewhere?.("search kernel before:2026-02-01"))?.text).toContain("2026-01-31 23:30 UTC");
});

test("what a post looks like is shown with its date in the channel's zone, in the answer and as a platform would be sent it", async () => {
  const feedId = await searching.feed("Full Circle", [{ titleRaw: "Kernel", publishedAt: LATE_IN_JANUARY }]);
  const [here, elsewhere] = [await searching.channel(feedId), await searching.channel(feedId)];
  const [say, sayElsewhere] = [here, elsewhere].map((channel) => speaker(searching.real, channel, searching.deps));
  await say?.("settings zone:Europe/Berlin");
  for (const line of ["latest", "preview", "preview platform:matrix", "preview platform:console"]) {
    expect([line, (await say?.(line))?.text]).toEqual([line, expect.stringContaining("2026-02-01 00:30 CET")]);
    expect([line, (await sayElsewhere?.(line))?.text]).toEqual([line, expect.stringContaining("2026-01-31 23:30 UTC")]);
  }
});

test("notices and feeds say since when in the channel's zone, which a channel that goes on elsewhere takes along", async () => {
  const { real } = searching;
  const feedId = await searching.feed("Full Circle", []);
  const channel = await searching.channel(feedId);
  const sinceMs = Date.parse(LATE_IN_JANUARY);
  await real.feeds.setState(feedId, { stopped: "failing", failingSinceMs: String(sinceMs), failure: "it is ill" });
  const say = speaker(real, channel);
  await say("settings zone:Europe/Berlin");
  expect((await say("feeds")).text).toContain("failing since 2026-02-01 00:30 CET");
  const state = toFeedState(await real.feeds.state(feedId));
  if (state === null) throw new Error("no feed");
  const notice = { kind: "failing", sinceMs, resumedAtMs: 0, reason: "it is ill" } as const;
  await tellFollowers({ ...real, wake: nothing }, feedId, state, notice);
  const { items } = await real.channels.waiting(channel);
  expect(await real.channels.notice(channel, items[0]?.slice(1) ?? "")).toContain("since 2026-02-01 00:30 CET");
  const to = freshChannel();
  await moveChannel({ ...real, wake: nothing, fanOut: nothing }, channel, to);
  expect((await speaker(real, to)("settings")).text).toContain("Europe/Berlin");
});

import { resolve } from "node:path";
import { expect, test } from "vitest";
import { redisIsHere } from "../chaos/redis-here.ts";
import { soakPlan } from "./plan.ts";
import { soakPlatforms } from "./platforms.ts";
import { soakPolls } from "./polls.ts";
import { holdingsOf, reportOf } from "./report.ts";
import { growth, type Sample, trend } from "./samples.ts";

const MINUTE_MS = 60_000;
const steady = { heapMb: 50, codeMb: 5, externalMb: 4, openFiles: 40, handles: 12 };

/** Half an hour, a sample each minute. */
function samples(of: (minute: number) => Partial<Sample>): Sample[] {
  return Array.from({ length: 30 }, (_, minute) => ({
    ...steady,
    residentMb: 200,
    atMs: minute * MINUTE_MS,
    ...of(minute),
  }));
}

function notFlat(list: readonly Sample[]): readonly string[] {
  return holdingsOf(list).flatMap(({ isFlat, text }) => (isFlat ? [] : [text.split(":")[0] ?? ""]));
}

test("a trend is the slope in percent of the mean", () => {
  const rising = samples((minute) => ({ residentMb: 200 + minute })).map((one) => ({ ...one, value: one.residentMb }));
  expect(trend(rising)).toMatchObject({ mean: 214.5 });
  expect(trend(rising).percentPerTenMinutes).toBeCloseTo((10 / 214.5) * 100);
  expect(trend(rising).error).toBeCloseTo(0);
});

test("growth compares medians, so that a burst of connections is none", () => {
  expect(growth([10, 11, 90, 10, 10, 10, 10, 90, 11])).toEqual({ from: 11, to: 11 });
  expect(growth([10, 10, 10, 11, 11, 11, 14, 14, 14])).toEqual({ from: 10, to: 14 });
});

test.each([
  ["nothing", () => ({}), []],
  ["a wave", (minute: number) => ({ residentMb: 200 + (minute % 2) * 10, openFiles: 40 + (minute % 5) }), []],
  ["a leak of the process", (minute: number) => ({ residentMb: 200 + minute * 0.25 }), ["resident memory"]],
  [
    "a leak of the heap",
    (minute: number) => ({ heapMb: 50 + minute * 0.06 }),
    ["heap after a collection", "of it without compiled code"],
  ],
  ["files", (minute: number) => ({ openFiles: 40 + minute }), ["open files"]],
  ["handles", (minute: number) => ({ handles: 12 + Math.floor(minute / 3) }), ["handles"]],
] as const)("what is not flat is named: %s", (_, of, expected) => {
  expect(notFlat(samples(of))).toEqual(expected);
});

test("every feed is followed on every platform, and a planet where its members are", () => {
  const { feeds, follows } = soakPlan(200, ["discord", "slack"]);
  expect(follows).toHaveLength(400);
  expect(new Set(follows.map(({ channel }) => channel)).size).toBe(8);
  const channelOf = (path: string): string | undefined =>
    follows.find(({ feed, channel }) => feeds[feed]?.path === path && channel.startsWith("slack"))?.channel;
  const planets = feeds.filter(({ copies = [] }) => copies.length > 0);
  expect(planets.length).toBeGreaterThan(5);
  for (const { path, copies = [] } of planets) for (const copy of copies) expect(channelOf(copy)).toBe(channelOf(path));
});

test.skipIf(!(await redisIsHere()))(
  "a short soak on one platform posts everything once, answers, and tells what it held",
  async () => {
    const report = await soakPlatforms({
      root: resolve(import.meta.dirname, "../.."),
      platforms: ["discord"],
      feeds: 6,
      durationMs: 8000,
      sampleMs: 1000,
      talkMs: 1000,
      slowness: 1,
      seed: 1,
      keep: false,
      progress: () => {},
    });
    expect(report.verdict).toMatchObject({ lost: 0, held: 0, repeated: 0, outOfOrder: 0, unexpected: 0, stale: 0 });
    expect(report.verdict.entries).toBeGreaterThan(3);
    expect(report.talk).toMatchObject({ unanswered: [] });
    expect(report.talk.said).toBeGreaterThan(2);
    expect(report.samples.length).toBeGreaterThan(2);
    expect(report.farewell).toBe("0");
    expect(reportOf(report, 0.25).lines.join("\n")).toContain("heap after a collection");
  },
  120_000,
);

test.skipIf(!(await redisIsHere()))(
  "a short soak of reading alone posts everything once, and asks nobody twice at once or too soon",
  async () => {
    const root = resolve(import.meta.dirname, "../..");
    const report = await soakPolls({ root, feeds: 6, seconds: 9, maxAgeSeconds: 2 });
    expect(report).toMatchObject({ missing: 0, repeated: 0, together: 0, tooSoon: [] });
    expect(report.published).toBeGreaterThan(1);
    expect(report.unchanged).toBeGreaterThan(6);
    expect(report.firstMb).toBeGreaterThan(20);
  },
  120_000,
);

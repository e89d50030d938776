import { describe, expect, test } from "vitest";
import { delayMs, nextIntervalMs, type PollEnd } from "../../src/poll/next-poll.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const bounds = { minMs: 15 * MINUTE_MS, maxMs: 6 * HOUR_MS };

interface Row {
  readonly what: string;
  readonly end: PollEnd;
  readonly intervalMs?: number;
  readonly gapMs?: number;
  /** Since the last entry. */
  readonly silentMs?: number;
  readonly failures?: number;
  readonly nextMs: number;
}

function ended(kind: "news" | "quiet", notBeforeMs: number | null = null): PollEnd {
  return { kind, notBeforeMs };
}

function failed(retryAfterMs: number | null = null): PollEnd {
  return { kind: "failed", retryAfterMs };
}

const rows: readonly Row[] = [
  {
    what: "where dates tell nothing, news bring a feed back to the shortest interval",
    end: ended("news"),
    intervalMs: HOUR_MS,
    nextMs: bounds.minMs,
  },
  {
    what: "where dates tell nothing, a quiet feed is asked a quarter more rarely",
    end: ended("quiet"),
    intervalMs: HOUR_MS,
    nextMs: 75 * MINUTE_MS,
  },
  { what: "a feed's first quiet poll is no rush", end: ended("quiet"), intervalMs: 0, nextMs: 1.25 * bounds.minMs },
  {
    what: "a quiet feed is asked at the longest interval at last",
    end: ended("quiet"),
    intervalMs: bounds.maxMs,
    nextMs: bounds.maxMs,
  },
  { what: "the publisher's wish is honoured after news", end: ended("news", 2 * HOUR_MS), nextMs: 2 * HOUR_MS },
  {
    what: "the publisher's wish is honoured when quiet",
    end: ended("quiet", 2 * HOUR_MS),
    intervalMs: HOUR_MS,
    nextMs: 2 * HOUR_MS,
  },
  {
    what: "a publisher's shorter wish speeds up nothing",
    end: ended("quiet", MINUTE_MS),
    intervalMs: HOUR_MS,
    nextMs: 75 * MINUTE_MS,
  },
  {
    what: "a publisher's wish is followed beyond the longest interval",
    end: ended("news", 20 * HOUR_MS),
    nextMs: 20 * HOUR_MS,
  },
  {
    what: "a publisher's wish is followed for a day at most",
    end: ended("quiet", 365 * DAY_MS),
    nextMs: DAY_MS,
  },
  {
    what: "a daily feed is asked eight times a day",
    end: ended("news"),
    gapMs: DAY_MS,
    nextMs: 3 * HOUR_MS,
  },
  {
    what: "a feed of many entries a day is asked at the shortest interval",
    end: ended("quiet"),
    gapMs: 10 * MINUTE_MS,
    nextMs: bounds.minMs,
  },
  {
    what: "a feed that falls silent is asked ever more rarely",
    end: ended("quiet"),
    gapMs: 10 * MINUTE_MS,
    silentMs: 16 * HOUR_MS,
    nextMs: 2 * HOUR_MS,
  },
  {
    what: "a feed of one entry a month is asked at the longest interval",
    end: ended("news"),
    gapMs: 30 * DAY_MS,
    nextMs: bounds.maxMs,
  },
  {
    what: "a cut document is read again soon",
    end: { kind: "partial" },
    intervalMs: 5 * HOUR_MS,
    nextMs: bounds.minMs,
  },
  { what: "the first failure is tried again after the shortest interval", end: failed(), nextMs: bounds.minMs },
  { what: "each failure doubles the pause", end: failed(), failures: 3, nextMs: 8 * bounds.minMs },
  { what: "a feed that fails for long is asked once a day", end: failed(), failures: 1000, nextMs: DAY_MS },
  { what: "Retry-After is kept where it is longer", end: failed(2 * DAY_MS), failures: 1, nextMs: 2 * DAY_MS },
  { what: "Retry-After does not shorten the pause", end: failed(1000), failures: 2, nextMs: 4 * bounds.minMs },
  { what: "Retry-After is believed for a week at most", end: failed(365 * DAY_MS), nextMs: 7 * DAY_MS },
];

const NOON_MS = Date.UTC(2026, 2, 4, 12);
const always = { hours: [], days: [] };

describe("the next poll", () => {
  test.each(rows)("$what", ({ end, intervalMs = HOUR_MS, failures = 0, gapMs = null, silentMs = 0, nextMs }) => {
    const state = { intervalMs, failures, gapMs, newsAtMs: NOON_MS - silentMs };
    expect(nextIntervalMs(state, end, bounds, NOON_MS)).toBe(nextMs);
  });

  test("is never before its time, and up to a tenth later", () => {
    const delays = [0, 0.5, 1].map((random) => delayMs(1000, always, NOON_MS, random));
    expect(delays).toEqual([1000, 1050, 1100]);
  });

  test.each([
    ["in an hour that is skipped, waits for its end", { hours: [13, 14], days: [] }, 3 * HOUR_MS],
    ["over midnight, too", { hours: [13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1], days: [] }, 14 * HOUR_MS],
    ["on a day that is skipped, waits for the next", { hours: [], days: [3, 4] }, 36 * HOUR_MS],
    ["on a day whose first hours are skipped too", { hours: [0, 1], days: [3] }, 14 * HOUR_MS],
    ["outside of them is not touched", { hours: [12, 14], days: [0, 6] }, HOUR_MS],
  ])("%s", (_what, skip, expected) => {
    expect(delayMs(HOUR_MS, skip, NOON_MS, 0)).toBe(expected);
    const late = delayMs(HOUR_MS, skip, NOON_MS, 1);
    expect(late).toBeGreaterThan(expected);
    expect(late).toBeLessThanOrEqual(expected + HOUR_MS / 10);
  });
});

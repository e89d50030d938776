import { describe, expect, test } from "vitest";
import { jittered, nextIntervalMs, type PollEnd } from "../../src/poll/next-poll.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const bounds = { minMs: 15 * MINUTE_MS, maxMs: 6 * HOUR_MS };

interface Row {
  readonly what: string;
  readonly end: PollEnd;
  readonly intervalMs?: number;
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
    what: "news bring a feed back to the shortest interval",
    end: ended("news"),
    intervalMs: HOUR_MS,
    nextMs: bounds.minMs,
  },
  {
    what: "a quiet feed is asked a quarter more rarely",
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
    what: "a publisher's wish is followed to the longest interval",
    end: ended("news", 7 * DAY_MS),
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

describe("the next poll", () => {
  test.each(rows)("$what", ({ end, intervalMs = HOUR_MS, failures = 0, nextMs }) => {
    expect(nextIntervalMs({ intervalMs, failures }, end, bounds)).toBe(nextMs);
  });

  test("is never before its time, and up to a tenth later", () => {
    expect([jittered(1000, 0), jittered(1000, 0.5), jittered(1000, 1)]).toEqual([1000, 1050, 1100]);
  });
});

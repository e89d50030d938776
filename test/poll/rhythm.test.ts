import { expect, test } from "vitest";
import { rhythmOf } from "../../src/poll/rhythm.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 2, 4, 12);

/** Dates so many hours before now. */
function hoursAgo(...hours: readonly number[]): string[] {
  return hours.map((n) => new Date(NOW_MS - n * HOUR_MS).toISOString());
}

test.each([
  ["an even rhythm", hoursAgo(1, 3, 5, 7), 2, 1],
  ["any order", hoursAgo(7, 1, 5, 3), 2, 1],
  ["a holiday does not decide", hoursAgo(2, 4, 6, 800, 802), 2, 2],
  ["a burst does not decide", hoursAgo(10, 34, 34.1, 58, 82), 24, 10],
  ["entries of one moment count once", hoursAgo(5, 5, 5, 10, 15), 5, 5],
  ["the future tells nothing", hoursAgo(-9999, 1, 3, 5), 2, 1],
])("%s", (_what, dates, gapHours, newestHours) => {
  expect(rhythmOf(dates, NOW_MS)).toEqual({ gapMs: gapHours * HOUR_MS, newsAtMs: NOW_MS - newestHours * HOUR_MS });
});

test("of a long feed only the newest twenty count", () => {
  const old = Array.from({ length: 100 }, (_, n) => 10_000 + n);
  const recent = Array.from({ length: 20 }, (_, n) => 1 + 24 * n);
  expect(rhythmOf(hoursAgo(...old, ...recent), NOW_MS).gapMs).toBe(24 * HOUR_MS);
});

test("too few dates show no rhythm, and none no time at all", () => {
  expect(rhythmOf([...hoursAgo(4, 8), null, "soon"], NOW_MS)).toEqual({ gapMs: null, newsAtMs: NOW_MS - 4 * HOUR_MS });
  expect(rhythmOf([null, "soon"], NOW_MS)).toEqual({ gapMs: null, newsAtMs: 0 });
});

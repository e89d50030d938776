import type { SkipTimes } from "../feed/entry.ts";

const HOUR_MS = 3_600_000;
/** So many of the newest dates tell how often a feed publishes now. */
const MOST_DATES = 20;
/** Fewer say nothing of a rhythm. */
const LEAST_DATES = 3;
const HOURS_A_WEEK = 168;

/** How often a feed publishes. Times in ms. */
export interface Rhythm {
  /** The usual time between two entries; null when the document's dates do not tell. */
  readonly gapMs: number | null;
  /** When it last published, as far as known: by its own dates or by what a poll brought; 0 for never. */
  readonly newsAtMs: number;
}

/**
 * The rhythm that a document's dates show: the median of the newest gaps, so that neither a burst nor a holiday decides. Dates
 * that lie in the future tell nothing. Pure.
 */
export function rhythmOf(dates: readonly (string | null)[], nowMs: number): Rhythm {
  const times = dates.map((date) => Date.parse(date ?? "")).filter((ms) => ms <= nowMs);
  const newest = [...new Set(times)].sort((a, b) => b - a).slice(0, MOST_DATES);
  const gaps = newest.slice(1).map((ms, i) => (newest[i] ?? ms) - ms);
  const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? null;
  return { gapMs: newest.length < LEAST_DATES ? null : median, newsAtMs: newest[0] ?? 0 };
}

/** The first time from `atMs` on at which the feed wants to be asked. Pure. */
export function outsideSkipTimes(atMs: number, skip: SkipTimes): number {
  let freeAtMs = atMs;
  for (let hours = 0; hours < HOURS_A_WEEK && isSkipped(freeAtMs, skip); hours += 1)
    freeAtMs = (Math.floor(freeAtMs / HOUR_MS) + 1) * HOUR_MS;
  return freeAtMs;
}

function isSkipped(atMs: number, skip: SkipTimes): boolean {
  const at = new Date(atMs);
  return skip.hours.includes(at.getUTCHours()) || skip.days.includes(at.getUTCDay());
}

import type { Spread } from "./statistics.ts";

/** What is asked of a figure. F: raw undici with kept connections; P: F and rss-parser on every body; both on the same farm. */
export interface Target {
  readonly what: string;
  readonly must: number | null;
  readonly ambitious: number | null;
  /** More is better. */
  readonly isFloor?: true;
  readonly digits: number;
}

export const TARGETS = {
  "1": { what: "CPU per 304 poll, all in / F", must: 2, ambitious: 1.4, digits: 2 },
  "1n": {
    what: "the same where every poll needs a new connection / F with one",
    must: null,
    ambitious: null,
    digits: 2,
  },
  "2": { what: "CPU per 200 with an unchanged body / F", must: 2, ambitious: 1.6, digits: 2 },
  "3": { what: "CPU per first 200 / P", must: 1.25, ambitious: 1.1, digits: 2 },
  "4": { what: "CPU per changed 200, with one delivery / P", must: 1.5, ambitious: 1.25, digits: 2 },
  "5": { what: "CPU of a round with 1 % changed / F's round of 304s", must: 3, ambitious: 2, digits: 2 },
  "6a": { what: "parses per 200 with an unchanged body", must: 0, ambitious: 0, digits: 3 },
  "6b": { what: "polls without validators once they are known", must: 0, ambitious: 0, digits: 0 },
  "7": {
    what: "Redis bytes per feed of 20 entries: state, schedule, one identity key each",
    must: 1000,
    ambitious: 800,
    digits: 0,
  },
  "7a": { what: "all there is of a feed but its records", must: null, ambitious: null, digits: 0 },
  "7b": { what: "entry records, bytes per entry", must: null, ambitious: null, digits: 0 },
  "8": { what: "Redis bytes per identity key, with the time last seen", must: 30, ambitious: 27, digits: 1 },
  "9a": {
    what: "Redis commands of a 304 poll: feed, gate, its share of the schedule's",
    must: 2,
    ambitious: 1,
    digits: 2,
  },
  "9b": { what: "the same of an unchanged 200", must: 2, ambitious: 1, digits: 2 },
  "9c": { what: "the same of a changed 200, with the reads of its delivery", must: 3, ambitious: 2, digits: 2 },
  "10a": { what: "seen → accepted, 100 polls/s, 10 % changed, p50 ms", must: 15, ambitious: 6, digits: 1 },
  "10b": { what: "seen → accepted, 100 polls/s, 10 % changed, p99 ms", must: 150, ambitious: 40, digits: 1 },
  "11": { what: "seen → accepted p99 in a burst / the burst's wall time", must: 0.1, ambitious: 0.05, digits: 3 },
  "12": {
    what: "event-loop delay p99 in a burst with planets / one rss-parser parse",
    must: 20,
    ambitious: 8,
    digits: 1,
  },
  "13a": { what: "peak RSS of 5,000 feeds after 5 rounds / after 2", must: 1.15, ambitious: 1.05, digits: 2 },
  "13b": { what: "peak RSS of 5,000 feeds, MB", must: 300, ambitious: 220, digits: 0 },
  "14": {
    what: "CPU per new-connection HTTPS 304 / node:http, one SecureContext",
    must: 1.3,
    ambitious: 0.85,
    digits: 2,
  },
  "15": { what: "304 polls a second on one core / F's", must: 0.5, ambitious: 0.7, isFloor: true, digits: 2 },
} as const satisfies Readonly<Record<string, Target>>;

export type RowName = keyof typeof TARGETS;

export interface Figure {
  readonly row: RowName;
  readonly value: Spread;
  /** The figures behind a ratio, or what else to know. */
  readonly note: string;
}

export function exactly(value: number): Spread {
  return { median: value, low: value, high: value };
}

/** null where nothing is asked. */
export function isMet(target: Target, value: number, column: "must" | "ambitious"): boolean | null {
  const asked = target[column];
  if (asked === null) return null;
  return target.isFloor === true ? value >= asked : value <= asked;
}

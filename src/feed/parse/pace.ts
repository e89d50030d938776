import { children, nodeOf, type Node, texts } from "./nodes.ts";

/** How often a document wants to be asked, in its own words. */
export interface DraftPace {
  /** RSS 2.0 `ttl`; 0 where there is none. */
  readonly ttlMinutes: number;
  /** From `sy:updatePeriod` and `sy:updateFrequency` (RSS 1.0 Syndication module), at most a day; 0 where there is none. */
  readonly updateMinutes: number;
  /** RSS 2.0 `skipHours`: hours of the day in UTC, 0 to 23. */
  readonly skipHours: readonly number[];
  /** RSS 2.0 `skipDays`: days of the week in UTC, 0 is Sunday. */
  readonly skipDays: readonly number[];
}

export const NO_PACE: DraftPace = { ttlMinutes: 0, updateMinutes: 0, skipHours: [], skipDays: [] };

export const paceFields = ["ttl", "skipHours", "skipDays", "sy:updatePeriod", "sy:updateFrequency"];

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const DAY_MINUTES = 1440;

/** Anything longer counts as a day: generators write the module's defaults without meaning them. */
const PERIOD_MINUTES: ReadonlyMap<string, number> = new Map([
  ["hourly", 60],
  ["daily", DAY_MINUTES],
  ["weekly", DAY_MINUTES],
  ["monthly", DAY_MINUTES],
  ["yearly", DAY_MINUTES],
]);

export function paceOf(feed: Node): DraftPace {
  return {
    ttlMinutes: numberOf(texts(feed, ["ttl"])[0]),
    updateMinutes: updateMinutesOf(feed),
    skipHours: inner(feed, "skipHours", "hour").flatMap(hourOf),
    skipDays: inner(feed, "skipDays", "day").flatMap(dayOf),
  };
}

function numberOf(text = "0"): number {
  const number = Number(text);
  return number > 0 && Number.isFinite(number) ? number : 0;
}

/** A frequency without a period means so often a day, and the other way round once. */
function updateMinutesOf(feed: Node): number {
  const [period = ""] = texts(feed, ["sy:updatePeriod"]);
  const [frequency = ""] = texts(feed, ["sy:updateFrequency"]);
  if (period === "" && frequency === "") return 0;
  const periodMinutes = PERIOD_MINUTES.get(period.toLowerCase() || "daily") ?? 0;
  return periodMinutes / Math.max(1, numberOf(frequency));
}

function inner(feed: Node, outerName: string, innerName: string): string[] {
  return children(feed, outerName).flatMap((outer) => texts(nodeOf(outer), [innerName]));
}

/** RSS 0.91 counted from 1 to 24, where 24 is midnight. */
function hourOf(text: string): number[] {
  const hour = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return hour >= 0 && hour <= 24 ? [hour % 24] : [];
}

function dayOf(text: string): number[] {
  const day = DAYS.indexOf(text.toLowerCase());
  return day === -1 ? [] : [day];
}

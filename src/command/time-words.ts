import { stampIn } from "../zone.ts";
import { zoneHere } from "./zone-here.ts";

const STEPS: readonly (readonly [limitMs: number, unitMs: number, unit: string])[] = [
  [90_000, 1000, "second"],
  [5_400_000, 60_000, "minute"],
  [129_600_000, 3_600_000, "hour"],
  [Number.POSITIVE_INFINITY, 86_400_000, "day"],
];

/** "5 minutes", rounded to what people care about. */
export function duration(ms: number): string {
  const [, unitMs, unit] = STEPS.find(([limitMs]) => ms < limitMs) ?? [0, 86_400_000, "day"];
  const count = Math.max(1, Math.round(ms / unitMs));
  return `${String(count)} ${unit}${count === 1 ? "" : "s"}`;
}

/** "2026-11-22 19:40 CET", in the channel's time zone; what is no date comes back as it is. */
export function stamp(iso: string): string {
  const atMs = Date.parse(iso);
  return Number.isNaN(atMs) ? iso : moment(atMs);
}

/** The same of a Redis time. */
export function moment(ms: number): string {
  return stampIn(zoneHere(), ms);
}

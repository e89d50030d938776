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

/** "2026-11-22 18:40 UTC" */
export function stamp(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** A Redis time as "2026-11-22 18:40 UTC". */
export function moment(ms: number): string {
  return stamp(new Date(ms).toISOString());
}

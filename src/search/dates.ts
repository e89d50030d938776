const DAY_MS = 86_400_000;
const relative = /^(\d{1,4})([dwmy])$/i;
const absolute = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;

/**
 * The instant that a date stands for: the beginning of `2026-01-31`, `2026-01` or `2026` in the time zone, or so many days, weeks,
 * months or years (`7d`, `2w`, `3m`, `1y`) before now. null when it is none of these.
 */
export function instantOf(written: string, nowMs: number, zone: string): number | null {
  const [, count, unit] = relative.exec(written) ?? [];
  if (count !== undefined && unit !== undefined) return before(nowMs, Number(count), unit.toLowerCase());
  const [, year, month = "1", day = "1"] = absolute.exec(written) ?? [];
  if (year === undefined) return null;
  const utcMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(utcMs);
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isReal ? atMidnight(utcMs, zone) : null;
}

function before(nowMs: number, count: number, unit: string): number {
  if (unit === "d") return nowMs - count * DAY_MS;
  if (unit === "w") return nowMs - count * 7 * DAY_MS;
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth() - count * (unit === "y" ? 12 : 1)];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(now.getUTCDate(), lastDay)) + (nowMs % DAY_MS);
}

/** The offset at midnight itself may differ from that at the same instant in UTC. */
function atMidnight(utcMs: number, zone: string): number {
  return utcMs - offsetMs(utcMs - offsetMs(utcMs, zone), zone);
}

/** How far the zone's clocks are ahead of UTC; 0 for a zone that nobody knows. */
function offsetMs(atMs: number, zone: string): number {
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
    const name = format.formatToParts(atMs).find((part) => part.type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  } catch {
    return 0;
  }
}

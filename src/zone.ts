/** Where nobody has said another. */
export const UTC = "UTC";

/** The time zone of that name as IANA writes it, or an older name as it was typed; null for none, and for an offset, which knows no summer. Pure. */
export function zoneNamed(name: string): string | null {
  if (!/^[a-z]/i.test(name)) return null;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch {
    return null;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** "2026-11-22 19:40 CET" for a time in ms; for a zone that is unknown here, as on a host with an older list of them, in UTC. Pure. */
export function stampIn(zone: string, atMs: number): string {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  const day = `${part("year")}-${part("month")}-${part("day")}`;
  return `${day} ${part("hour")}:${part("minute")} ${part("timeZoneName")}`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const two = "2-digit";
  const fields = { year: "numeric", month: two, day: two, hour: two, minute: two, hourCycle: "h23" } as const;
  const format = new Intl.DateTimeFormat("en-GB", {
    ...fields,
    timeZone: zoneNamed(zone) ?? UTC,
    timeZoneName: "short",
  });
  formats.set(zone, format);
  return format;
}

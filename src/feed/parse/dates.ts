import { monthBeginnings, zoneHours } from "./date-words.ts";

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

interface Clock {
  readonly ms: number;
  /** What stands before and after the time of day and its zone. */
  readonly rest: string;
}

const hourMs = 3_600_000;
const maxDateChars = 100;

/**
 * Reads RFC 822, RFC 3339 and ISO 8601 dates and whatever else feeds write for them. A time without a zone is UTC, whatever
 * the zone of the process. Null when the text is no date, or a day that does not exist.
 */
export function parseDate(written: string): string | null {
  const text = fold(written);
  if (/^\d{10}$/.test(text)) return toIso(Number(text) * 1_000);
  if (/^\d{13}$/.test(text)) return toIso(Number(text));
  const clock = readClock(text);
  const day = readDay(clock.rest);
  if (day === null || day.year < 1_970 || day.year > 2_200) return null;
  const midnightMs = Date.UTC(day.year, day.month - 1, day.day);
  const exists = new Date(midnightMs).getUTCMonth() === day.month - 1 && day.day > 0;
  return exists ? toIso(midnightMs + clock.ms) : null;
}

/** The first of several dates that can be read. */
export function firstDate(candidates: readonly string[]): string | null {
  for (const candidate of candidates) {
    const date = parseDate(candidate);
    if (date !== null) return date;
  }
  return null;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

function fold(written: string): string {
  return written
    .trim()
    .slice(0, maxDateChars)
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/\([^()]*\)/g, " ")
    .replace(/(\d)t(?=\d{1,2}:)/, "$1 ")
    .trim();
}

function readClock(text: string): Clock {
  const found =
    /(?:\bt|오전|오후|上午|下午|\b)\s*(\d{1,2})[:h](\d{2})(?:[:m](\d{2}))?(?:[.,](\d{1,9}))?\s*(?:([ap])\.?m\b\.?)?/.exec(
      text,
    ) ?? /t(\d{2})(\d{2})(\d{2})?(?:[.,](\d{1,9}))?()/.exec(text);
  if (found === null) return { ms: 0, rest: text };
  const [whole, hours, minutes, seconds, fraction, half] = found;
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds ?? 0) > 60) return { ms: 0, rest: "" };
  const isAfternoon = half === "p" || /오후|下午/.test(whole);
  const hour =
    half === undefined || half === ""
      ? Number(hours) + (isAfternoon && Number(hours) < 12 ? 12 : 0)
      : twelveHour(Number(hours), half);
  const behind = text.slice(found.index + whole.length);
  const zone = readZone(behind);
  const sinceMidnightMs =
    ((hour * 60 + Number(minutes)) * 60 + Number(seconds ?? 0)) * 1_000 +
    Math.trunc(Number(`0.${fraction ?? 0}`) * 1_000);
  return { ms: sinceMidnightMs - zone.ms, rest: `${text.slice(0, found.index)} ${behind.slice(zone.chars)}`.trim() };
}

function twelveHour(hour: number, half: string): number {
  return (hour % 12) + (half === "p" ? 12 : 0);
}

function readZone(behind: string): { ms: number; chars: number } {
  const [whole, name, sign, hours, minutes] = /^\s*([a-z]{1,5}\b)?\s*(?:([+-])(\d{1,2}):?(\d{2})?)?/.exec(behind) ?? [
    "",
  ];
  if (sign !== undefined) {
    const offsetMs = (Number(hours) + Number(minutes ?? 0) / 60) * hourMs;
    return { ms: sign === "-" ? -offsetMs : offsetMs, chars: whole.length };
  }
  const zone = zoneHours.get(name ?? "");
  return zone === undefined ? { ms: 0, chars: 0 } : { ms: zone * hourMs, chars: whole.length };
}

function readDay(text: string): Day | null {
  return readIsoDay(text) ?? readNamedMonth(text) ?? readNumericDay(text);
}

function readIsoDay(text: string): Day | null {
  const plain =
    /^(\d{4})(?:[-/.년年]\s*(\d{1,2})(?:[-/.월月]\s*(\d{1,2}))?)?\D*$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})\D*$/.exec(text);
  if (plain !== null) return { year: Number(plain[1]), month: Number(plain[2] ?? 1), day: Number(plain[3] ?? 1) };
  const ordinal = /^(\d{4})-?(\d{3})$/.exec(text);
  if (ordinal !== null) return dayOfYear(Number(ordinal[1]), Number(ordinal[2]));
  const week = /^(\d{4})-?w(\d{2})(?:-?(\d))?$/.exec(text);
  return week === null
    ? null
    : dayOfYear(Number(week[1]), ordinalOfWeek(Number(week[1]), Number(week[2]), Number(week[3] ?? 1)));
}

function dayOfYear(year: number, ordinal: number): Day {
  const date = new Date(Date.UTC(year, 0, ordinal));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** ISO 8601: week 1 holds January 4, weeks begin on Monday. */
function ordinalOfWeek(year: number, week: number, weekday: number): number {
  const weekdayOfJanuary4 = new Date(Date.UTC(year, 0, 4)).getUTCDay() || 7;
  return (week - 1) * 7 + weekday + 4 - weekdayOfJanuary4;
}

function readNamedMonth(text: string): Day | null {
  const words = text.match(/\p{L}+/gu) ?? [];
  const month = words.map(monthOf).findLast((number) => number > 0);
  if (month === undefined || /(?:^|\s)-\d/.test(text)) return null;
  const numbers = text.match(/\d+/g) ?? [];
  const yearAt = numbers.findIndex((number) => number.length === 4);
  const days = numbers.filter((_, index) => index !== yearAt && index < 3);
  const [day, shortYear] = days;
  if (day === undefined || day.length > 2) return null;
  const year = yearAt === -1 ? shortYear : numbers[yearAt];
  return year === undefined ? null : { year: fullYear(year), month, day: Number(day) };
}

function monthOf(word: string): number {
  const matches = monthBeginnings.map((beginnings) =>
    Math.max(0, ...beginnings.map((it) => (word.startsWith(it) ? it.length : 0))),
  );
  const longest = Math.max(...matches);
  return longest === 0 ? 0 : matches.indexOf(longest) + 1;
}

/** With slashes the month leads, unless it cannot be one; with dots or hyphens the day does. */
function readNumericDay(text: string): Day | null {
  const found = /(?:^|\s)(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\b/.exec(text);
  if (found === null) return null;
  const [, first, separator, second, year] = found;
  const monthLeads = separator === "/" && Number(first) <= 12;
  const [month, day] = monthLeads ? [first, second] : [second, first];
  return { year: fullYear(year ?? ""), month: Number(month), day: Number(day) };
}

/** Two digits as in RFC 2822, section 4.3. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year < 50 ? year + 2_000 : year + 1_900;
}

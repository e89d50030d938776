/** An entry that one channel should have, or must not have. */
export interface Expected {
  readonly feed: string;
  /** Place in the feed's order of publishing. */
  readonly sequence: number;
  /** No two entries share one. */
  readonly url: string;
  readonly wanted: boolean;
}

export interface ChannelCase {
  readonly channel: string;
  readonly expected: readonly Expected[];
  /** The transcript's text, one message of JSON a line; "" when there is none. */
  readonly transcript: string;
  /** Links of what was set aside until a person decides. */
  readonly held?: readonly string[];
}

/** Sums over all channels. An entry that two channels want counts twice. */
export interface Verdict {
  readonly entries: number;
  readonly lost: number;
  /** Not to be seen, and set aside with a notice. */
  readonly held: number;
  readonly repeated: number;
  /** Entries that stand behind a later one of their feed. */
  readonly outOfOrder: number;
  /** Filtered, older than the follow, or never published. */
  readonly unexpected: number;
  /** Lines that are no message. */
  readonly malformed: number;
  readonly details: readonly string[];
}

interface Message {
  readonly kind: string;
  readonly urls: readonly string[];
}

const posting = new Set(["post", "digest"]);

export function judge(cases: readonly ChannelCase[]): Verdict {
  return cases.map(judgeChannel).reduce(addVerdicts, {
    entries: 0,
    lost: 0,
    held: 0,
    repeated: 0,
    outOfOrder: 0,
    unexpected: 0,
    malformed: 0,
    details: [],
  });
}

export function isClean(verdict: Verdict): boolean {
  return verdict.lost + verdict.repeated + verdict.outOfOrder + verdict.unexpected + verdict.malformed === 0;
}

function judgeChannel({ channel, expected, transcript, held = [] }: ChannelCase): Verdict {
  const details: string[] = [];
  const urls = postedUrls(transcript, (problem) => void details.push(`malformed: ${channel} ${problem}`));
  const malformed = details.length;
  const byUrl = new Map(expected.map((entry) => [entry.url, entry]));
  const latest = new Map<string, number>();
  const seen = new Set<string>();
  const count = { repeated: 0, outOfOrder: 0, unexpected: 0 };
  for (const url of urls) {
    const entry = byUrl.get(url);
    if (entry === undefined || !entry.wanted) {
      count.unexpected += 1;
      details.push(`unexpected: ${channel} ${url}`);
    } else if (seen.has(url)) {
      count.repeated += 1;
      details.push(`repeated: ${channel} ${url}`);
    } else {
      const before = latest.get(entry.feed) ?? 0;
      if (entry.sequence < before) {
        count.outOfOrder += 1;
        details.push(`out of order: ${channel} ${url} after ${before}`);
      }
      latest.set(entry.feed, Math.max(before, entry.sequence));
    }
    seen.add(url);
  }
  const wanted = expected.filter((entry) => entry.wanted);
  const unseen = wanted.filter((entry) => !seen.has(entry.url));
  const missing = unseen.filter((entry) => !held.includes(entry.url));
  details.push(...missing.map((entry) => `lost: ${channel} ${entry.url}`));
  return {
    entries: wanted.length,
    lost: missing.length,
    held: unseen.length - missing.length,
    ...count,
    malformed,
    details,
  };
}

function postedUrls(transcript: string, complain: (problem: string) => void): string[] {
  const lines = transcript.split("\n");
  const unfinished = lines.pop();
  if (unfinished !== undefined && unfinished !== "") complain(`last line has no end: ${unfinished.slice(0, 80)}`);
  return lines.flatMap((line) => {
    const message = parseMessage(line);
    if (message === null) complain(`line: ${line.slice(0, 80)}`);
    return message !== null && posting.has(message.kind) ? message.urls : [];
  });
}

function parseMessage(line: string): Message | null {
  try {
    const parsed: unknown = JSON.parse(line);
    if (!isRecord(parsed) || typeof parsed["kind"] !== "string" || typeof parsed["key"] !== "string") return null;
    const entries: unknown = parsed["entries"] ?? [];
    if (!Array.isArray(entries)) return null;
    const urls = entries.map((entry: unknown) => (isRecord(entry) ? entry["url"] : null));
    return urls.every((url) => typeof url === "string") ? { kind: parsed["kind"], urls } : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function addVerdicts(a: Verdict, b: Verdict): Verdict {
  return {
    entries: a.entries + b.entries,
    lost: a.lost + b.lost,
    held: a.held + b.held,
    repeated: a.repeated + b.repeated,
    outOfOrder: a.outOfOrder + b.outOfOrder,
    unexpected: a.unexpected + b.unexpected,
    malformed: a.malformed + b.malformed,
    details: [...a.details, ...b.details],
  };
}

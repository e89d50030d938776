/** An entry that one channel should have, or must not have. */
export interface Expected {
  readonly feed: string;
  /** Place in the feed's order of publishing. */
  readonly sequence: number;
  /** No two entries share one, but for copies of the same. */
  readonly url: string;
  readonly wanted: boolean;
  readonly author?: string;
  /** A word that its message shows if it shows the newest text; "" where any will do. */
  readonly revision?: string;
  /** A planet brings it to the channel, perhaps beside the feed itself. */
  readonly copied?: boolean;
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
  /** Lines that are no message, and edits of none. */
  readonly malformed: number;
  /** Entries whose message, which they have for themselves, does not show their newest text. */
  readonly stale: number;
  /** Entries whose message does, and that changed after they were posted or before. */
  readonly revised: number;
  /** Entries that stand in the thread of a digest, too. */
  readonly inThreads: number;
  readonly details: readonly string[];
}

interface Message {
  readonly kind: string;
  readonly key: string;
  readonly text: string;
  /** In an edit: where the line begins that it replaces. */
  readonly replaces: number | null;
  readonly urls: readonly string[];
  /** It says that an author joins the feed with these; null where the transcript does not tell. */
  readonly joined: boolean | null;
}

const posting = new Set(["post", "digest", "detail"]);

export function judge(cases: readonly ChannelCase[]): Verdict {
  return cases.map(judgeChannel).reduce(addVerdicts, {
    entries: 0,
    lost: 0,
    held: 0,
    repeated: 0,
    outOfOrder: 0,
    unexpected: 0,
    malformed: 0,
    stale: 0,
    revised: 0,
    inThreads: 0,
    details: [],
  });
}

export function isClean(verdict: Verdict): boolean {
  const { lost, repeated, outOfOrder, unexpected, malformed, stale } = verdict;
  return lost + repeated + outOfOrder + unexpected + malformed + stale === 0;
}

function judgeChannel({ channel, expected, transcript, held = [] }: ChannelCase): Verdict {
  const details: string[] = [];
  const messages = postedMessages(transcript, (problem) => void details.push(`malformed: ${channel} ${problem}`));
  const malformed = details.length;
  const byUrl = onePerUrl(expected);
  const latest = new Map<string, number>();
  const authors = new Set<string>();
  const seen = new Set<string>();
  const count = { repeated: 0, outOfOrder: 0, unexpected: 0 };
  const inThreads = new Set<string>();
  for (const message of messages) {
    if (message.kind === "detail") {
      for (const url of message.urls) {
        const problem = inThreads.has(url) ? "repeated" : seen.has(url) ? null : "unexpected";
        if (problem !== null) {
          count[problem] += 1;
          details.push(`${problem}: ${channel} in a thread ${url}`);
        }
        inThreads.add(url);
      }
      continue;
    }
    const entries = message.urls.flatMap((url) => byUrl.get(url) ?? []);
    const isJoining = joins(message, entries, authors);
    if (message.joined === true && !isJoining && !entries.some(({ copied }) => copied === true)) {
      count.unexpected += 1;
      details.push(`unexpected: ${channel} somebody joins who was there, or not alone: ${message.urls.join(" ")}`);
    }
    // Who joins comes before what others published earlier. Within a digest only what one author wrote is in order.
    const before = isJoining ? new Map<string, number>() : new Map(latest);
    const within = new Map<string, number>();
    for (const url of message.urls) {
      const entry = byUrl.get(url);
      if (entry === undefined || !entry.wanted) {
        count.unexpected += 1;
        details.push(`unexpected: ${channel} ${url}`);
      } else if (seen.has(url)) {
        count.repeated += 1;
        details.push(`repeated: ${channel} ${url}`);
      } else {
        const byAuthor = `${entry.line} ${entry.author ?? ""}`;
        const last = Math.max(before.get(entry.line) ?? 0, within.get(byAuthor) ?? 0);
        if (entry.sequence < last) {
          count.outOfOrder += 1;
          details.push(`out of order: ${channel} ${url} after ${last}`);
        }
        within.set(byAuthor, Math.max(last, entry.sequence));
        if (!isJoining) latest.set(entry.line, Math.max(latest.get(entry.line) ?? 0, entry.sequence));
      }
      seen.add(url);
    }
    for (const entry of entries) authors.add(authorIn(entry));
  }
  const wanted = [...byUrl.values()].filter((entry) => entry.wanted);
  const unseen = wanted.filter((entry) => !seen.has(entry.url));
  const missing = unseen.filter((entry) => !held.includes(entry.url));
  // What stands in a thread stays as it was posted, as the digest above it does.
  const alone = messages.filter(({ kind, urls }) => kind !== "detail" && urls.length === 1);
  const own = new Map(alone.map(({ urls, text }) => [urls[0] ?? "", text]));
  // Whichever of an entry and its copies came first has the message, and the others do not change it.
  const changed = wanted.filter(({ url, copied, revision = "" }) => revision !== "" && copied !== true && own.has(url));
  const stale = changed.filter(({ url, revision = "" }) => !(own.get(url) ?? "").includes(revision));
  details.push(...stale.map(({ url, revision }) => `stale: ${channel} ${url} does not say ${revision}`));
  details.push(...missing.map((entry) => `lost: ${channel} ${entry.url}`));
  return {
    entries: wanted.length,
    lost: missing.length,
    held: unseen.length - missing.length,
    ...count,
    malformed,
    stale: stale.length,
    revised: changed.length - stale.length,
    inThreads: inThreads.size,
    details,
  };
}

interface ExpectedOnce extends Expected {
  /** What came the same ways keeps its order: a filter on one side lets some of it pass the rest by. */
  readonly line: string;
}

/** Of a post and its copies one is wanted when any is. */
function onePerUrl(expected: readonly Expected[]): ReadonlyMap<string, ExpectedOnce> {
  const found = new Map<string, ExpectedOnce>();
  for (const entry of expected) {
    const other = found.get(entry.url);
    const wayHere = entry.wanted ? (entry.copied === true ? " copied" : " itself") : "";
    found.set(entry.url, {
      ...entry,
      wanted: entry.wanted || other?.wanted === true,
      ...(entry.copied === true || other?.copied === true ? { copied: true } : {}),
      line: `${other?.line ?? entry.feed}${wayHere}`,
    });
  }
  return found;
}

function authorIn({ feed, author = "" }: Expected): string {
  return `${feed} ${author}`;
}

/** Several entries of one author of whom nothing of this feed stood in the channel; or, in a planet, from where he wrote before. */
function joins(message: Message, entries: readonly Expected[], authors: ReadonlySet<string>): boolean {
  const [first] = entries;
  if (first?.author === undefined || entries.length < 2 || message.joined === false) return false;
  const isAlone = entries.every((entry) => authorIn(entry) === authorIn(first));
  if (entries.some(({ copied }) => copied === true)) return entries.every(({ author }) => author === first.author);
  return isAlone && !authors.has(authorIn(first));
}

function postedMessages(transcript: string, complain: (problem: string) => void): Message[] {
  const lines = transcript.split("\n");
  const unfinished = lines.pop();
  if (unfinished !== undefined && unfinished !== "") complain(`last line has no end: ${unfinished.slice(0, 80)}`);
  const shown = new Map<number, Message>();
  const keys = new Set<string>();
  let at = 0;
  for (const line of lines) {
    const message = parseMessage(line);
    if (message === null) complain(`line: ${line.slice(0, 80)}`);
    else if (posting.has(message.kind)) shown.set(at, message);
    else if (message.kind === "edit") edit(message);
    at += Buffer.byteLength(line) + 1;
  }
  return [...shown.values()];

  function edit(message: Message): void {
    const original = shown.get(message.replaces ?? -1);
    const isSame = original?.urls.length === 1 && original.urls[0] === message.urls[0] && message.urls.length === 1;
    if (!isSame) return complain(`an edit of another message, or of none: ${message.urls.join(" ")}`);
    if (keys.has(message.key)) return complain(`the same edit twice: ${message.urls.join(" ")}`);
    keys.add(message.key);
    shown.set(message.replaces ?? -1, { ...original, text: message.text });
  }
}

function parseMessage(line: string): Message | null {
  try {
    const parsed: unknown = JSON.parse(line);
    if (!isRecord(parsed) || typeof parsed["kind"] !== "string" || typeof parsed["key"] !== "string") return null;
    const entries: unknown = parsed["entries"] ?? [];
    if (!Array.isArray(entries)) return null;
    const urls = entries.map((entry: unknown) => (isRecord(entry) ? entry["url"] : null));
    const joined = typeof parsed["joined"] === "string" ? true : parsed["kind"] === "digest" ? false : null;
    const text = typeof parsed["text"] === "string" ? parsed["text"] : "";
    const replaces = typeof parsed["replaces"] === "number" ? parsed["replaces"] : null;
    const { kind, key } = parsed;
    return urls.every((url) => typeof url === "string") ? { kind, key, text, replaces, urls, joined } : null;
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
    stale: a.stale + b.stale,
    revised: a.revised + b.revised,
    inThreads: a.inThreads + b.inThreads,
    details: [...a.details, ...b.details],
  };
}

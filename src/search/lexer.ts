/** One thing that somebody typed. */
export interface Lexeme {
  /** As written, for what is said of it. */
  readonly written: string;
  readonly isExcluded: boolean;
  /** Lower case, aliases resolved; "" for a word or phrase. */
  readonly key: Key | "";
  readonly value: string;
  readonly isQuoted: boolean;
  /** Ends where the text ends: it may go on while somebody types. */
  readonly isLast: boolean;
}

export type Key = "author" | "feed" | "since" | "before" | "title" | "sort" | "tag";

const KEYS: Readonly<Record<string, Key>> = {
  author: "author",
  from: "author",
  feed: "feed",
  in: "feed",
  since: "since",
  after: "since",
  before: "before",
  until: "before",
  title: "title",
  sort: "sort",
  tag: "tag",
};
const keyAt = new RegExp(`(${Object.keys(KEYS).join("|")}):`, "iy");
const curlyQuotes = /[“”„‟″«»]/g;

/** What was typed, piece by piece. Unknown keys are words; a lone quotation mark reaches to the end. Never throws. */
export function lex(text: string): readonly Lexeme[] {
  const line = text.replace(curlyQuotes, '"');
  const found: Lexeme[] = [];
  for (let at = nextAt(line, 0); at < line.length; at = nextAt(line, at)) {
    const start = at;
    const isExcluded = line.charAt(at) === "-" && /[^\s-]/.test(line.charAt(at + 1));
    if (isExcluded) at += 1;
    keyAt.lastIndex = at;
    const name = keyAt.exec(line)?.[1]?.toLowerCase() ?? "";
    if (name !== "") at += name.length + 1;
    const isQuoted = line.charAt(at) === '"';
    const end = isQuoted ? quoteEnd(line, at + 1) : wordEnd(line, at);
    const value = isQuoted ? line.slice(at + 1, end) : line.slice(at, end);
    at = isQuoted ? end + 1 : end;
    const key = KEYS[name] ?? "";
    const written = line.slice(start, at).trim();
    found.push({ written, isExcluded, key, value: value.trim(), isQuoted, isLast: at >= line.length });
  }
  return found;
}

function nextAt(line: string, at: number): number {
  let next = at;
  while (next < line.length && /\s/.test(line.charAt(next))) next += 1;
  return next;
}

function quoteEnd(line: string, at: number): number {
  const end = line.indexOf('"', at);
  return end === -1 ? line.length : end;
}

/** A quotation mark within a word begins a phrase behind it. */
function wordEnd(line: string, at: number): number {
  let end = at;
  while (end < line.length && !/[\s"]/.test(line.charAt(end))) end += 1;
  return end;
}

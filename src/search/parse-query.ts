import { foldName } from "../feed/names.ts";
import { cutChars } from "../feed/text.ts";
import { instantOf } from "./dates.ts";
import { lex, type Lexeme } from "./lexer.ts";
import type { ParsedQuery, Query, QueryOptions, SortOrder } from "./query.ts";
import { isSign, tokensOf } from "./tokens.ts";

const MOST_CHARS = 256;
const MOST_TERMS = 8;
const MOST_NAMES = 8;
const LEAST_PREFIX_CHARS = 2;
const OR = "OR";

/**
 * What somebody asks for, from the text and from a platform's own fields alike. Never fails: what cannot be understood is left out
 * and named in `ignored`.
 * @param zone IANA name of the channel's time zone, in which days begin
 */
export function parseQuery(text: string, options: QueryOptions = {}, nowMs = Date.now(), zone = "UTC"): ParsedQuery {
  const reading = new QueryReading(nowMs, zone, (options.isTyping ?? false) && !/\s$/.test(text));
  const lexemes = lex(reading.cut(text));
  lexemes.forEach((lexeme, i) => reading.take(lexeme, lexemes[i - 1], lexemes[i - 2], lexemes[i + 1]));
  for (const lexeme of lexemesOf(options)) reading.take(lexeme);
  return reading.finish();
}

function lexemesOf({ author = [], feed = [], since = "", before = "", sort = "" }: QueryOptions): readonly Lexeme[] {
  const fields: readonly (readonly [Lexeme["key"], string | readonly string[]])[] = [
    ["author", author],
    ["feed", feed],
    ["since", since],
    ["before", before],
    ["sort", sort],
  ];
  return fields.flatMap(([key, values]) =>
    [values]
      .flat()
      .map((value) => value.trim())
      .filter((value) => value !== "")
      .map((value) => ({
        written: `${key}:${value}`,
        isExcluded: false,
        key,
        value: cutChars(value, MOST_CHARS),
        isQuoted: true,
        isLast: false,
      })),
  );
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

class QueryReading {
  readonly #nowMs: number;
  readonly #zone: string;
  readonly #isTyping: boolean;
  readonly #ignored: string[] = [];
  readonly #leftOver: string[] = [];
  #termCount = 0;
  readonly #query: Mutable<Query> = {
    groups: [],
    excluded: [],
    authors: [],
    excludedAuthors: [],
    feeds: [],
    excludedFeeds: [],
    sinceMs: null,
    beforeMs: null,
    sort: "new",
  };

  constructor(nowMs: number, zone: string, isTyping: boolean) {
    this.#nowMs = nowMs;
    this.#zone = zone;
    this.#isTyping = isTyping;
  }

  cut(text: string): string {
    if (text.length <= MOST_CHARS) return text;
    this.#ignored.push(`Only the first ${String(MOST_CHARS)} characters were read.`);
    const line = cutChars(text, MOST_CHARS);
    return /\s/.test(text.charAt(line.length)) ? line : line.replace(/(\s)\S+$/, "$1");
  }

  /** `previous`, the one before it, and `next` decide what an OR may join. */
  take(lexeme: Lexeme, previous?: Lexeme, secondPrevious?: Lexeme, next?: Lexeme): void {
    if (isOr(lexeme)) {
      const isUnfinished = this.#isTyping && next === undefined;
      if (!isUnfinished && !canJoin(previous, next)) this.#ignore(OR, "stands between two words");
    } else if (lexeme.key === "" || lexeme.key === "title") {
      this.#takeTerm(lexeme, previous !== undefined && isOr(previous) && canJoin(secondPrevious, lexeme));
    } else this.#takeFilter(lexeme, lexeme.key);
  }

  finish(): ParsedQuery {
    if (this.#leftOver.length > 0) {
      const words = this.#leftOver.map(quoted).join(", ");
      this.#ignored.push(`Only the first ${String(MOST_TERMS)} words are looked for; left out: ${words}.`);
    }
    return { query: this.#query, ignored: this.#ignored };
  }

  #takeTerm(lexeme: Lexeme, isAlternative: boolean): void {
    const tokens = tokensOf(lexeme.value);
    if (tokens.length === 0) return this.#ignore(lexeme.written, "holds no letter or digit");
    if (this.#termCount === MOST_TERMS) return void this.#leftOver.push(lexeme.written);
    this.#termCount += 1;
    const term = { tokens, isPrefix: this.#isPrefix(lexeme, tokens), isTitle: lexeme.key === "title" };
    const group = this.#query.groups.at(-1);
    if (lexeme.isExcluded) this.#query.excluded.push(term);
    else if (isAlternative && group !== undefined) this.#query.groups[this.#query.groups.length - 1] = [...group, term];
    else this.#query.groups.push([term]);
  }

  #isPrefix(lexeme: Lexeme, tokens: readonly string[]): boolean {
    const last = tokens.at(-1) ?? "";
    const isAsked = !lexeme.isQuoted && lexeme.value.endsWith("*");
    const isUnfinished =
      this.#isTyping &&
      lexeme.isLast &&
      !lexeme.isQuoted &&
      !lexeme.isExcluded &&
      /[\p{L}\p{N}\p{M}_]$/u.test(lexeme.value);
    // What follows a sign of a script without spaces is found anyway.
    if ((!isAsked && !isUnfinished) || isSign(last)) return false;
    const isLong = Array.from(last).length >= LEAST_PREFIX_CHARS;
    if (isAsked && !isLong)
      this.#ignored.push(`The * of ${quoted(lexeme.written)} needs ${String(LEAST_PREFIX_CHARS)} letters before it.`);
    return isLong;
  }

  #takeFilter({ written, value, isExcluded }: Lexeme, key: Exclude<Lexeme["key"], "" | "title">): void {
    if (value === "") return this.#ignore(written, "says nothing behind the colon");
    switch (key) {
      case "author":
        if (foldName(value) === "") return this.#ignore(written, "holds no letter or digit");
        return this.#takeName(isExcluded ? this.#query.excludedAuthors : this.#query.authors, written, value);
      case "feed":
        return this.#takeName(isExcluded ? this.#query.excludedFeeds : this.#query.feeds, written, value);
      case "tag":
        return this.#ignore(written, "cannot be answered, since tags of feeds are not kept");
      case "since":
      case "before":
      case "sort":
        if (isExcluded) return this.#ignore(written, "cannot be excluded");
        return key === "sort" ? this.#takeSort(written, value) : this.#takeDate(key, written, value);
    }
  }

  #takeName(names: string[], written: string, value: string): void {
    if (names.length === MOST_NAMES) return this.#ignore(written, `is one more than ${String(MOST_NAMES)}`);
    names.push(value);
  }

  #takeDate(key: "since" | "before", written: string, value: string): void {
    const atMs = instantOf(value, this.#nowMs, this.#zone);
    if (atMs === null)
      return this.#ignore(written, `is no date; write ${key}:2026-01-31, or ${key}:7d (d, w, m or y before now)`);
    const { sinceMs, beforeMs } = this.#query;
    // Said twice, both hold.
    if (key === "since") this.#query.sinceMs = Math.max(atMs, sinceMs ?? atMs);
    else this.#query.beforeMs = Math.min(atMs, beforeMs ?? atMs);
  }

  #takeSort(written: string, value: string): void {
    const orders: Readonly<Record<string, SortOrder>> = { new: "new", newest: "new", best: "best" };
    const order = orders[value.toLowerCase()];
    if (order === undefined) return this.#ignore(written, "is no order; there are sort:new and sort:best");
    this.#query.sort = order;
  }

  #ignore(written: string, why: string): void {
    this.#ignored.push(`${quoted(written)} was left out: it ${why}.`);
  }
}

function quoted(written: string): string {
  return `“${written}”`;
}

function isOr(lexeme: Lexeme): boolean {
  return lexeme.key === "" && !lexeme.isQuoted && lexeme.written === OR;
}

/** Words among each other; names of one kind are alternatives anyway. */
function canJoin(left: Lexeme | undefined, right: Lexeme | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if ([left, right].some((one) => one.isExcluded || isOr(one))) return false;
  const isWord = ({ key, value }: Lexeme): boolean => (key === "" || key === "title") && tokensOf(value).length > 0;
  return (isWord(left) && isWord(right)) || (left.key === right.key && (left.key === "author" || left.key === "feed"));
}

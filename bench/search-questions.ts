import { parseQuery } from "../src/search/parse-query.ts";
import type { Query, QueryOptions } from "../src/search/query.ts";
import { authorName, type Fraction, fractions, type Language, madeEntry, START_MS } from "./search-text.ts";

const CHANNEL_FEEDS = 20;

/** A class of queries, and what `reference` asks of it. */
export interface QuestionClass {
  readonly name: string;
  /** Over a channel's 20 feeds, or over all there are. */
  readonly scope: "channel" | "all";
  readonly text: (next: Fraction, language: Language, count: number) => string;
  readonly options?: QueryOptions;
  /** p99 in ms at 100,000 entries. */
  readonly targetP99Ms: number;
  readonly targetP50Ms?: number;
  /** The same at a million. */
  readonly targetP99AtMillionMs?: number;
}

/** A word that is in one of many entries, the rarer the higher `from`. */
function wordOf(next: Fraction, language: Language, from: number, to: number): string {
  return language.words[from + Math.floor(next() * (to - from))] ?? "";
}

const common: QuestionClass["text"] = (next, language) => wordOf(next, language, 5, 60);

function phrase(next: Fraction, language: Language, count: number): string {
  const { html } = madeEntry(language, Math.floor(next() * count), count);
  const words = html
    .replaceAll(/<[^>]*>/g, " ")
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 250);
  const at = Math.floor(next() * Math.max(1, words.length - 3));
  return `"${words.slice(at, at + 2 + Math.floor(next() * 2)).join(" ")}"`;
}

/** Typed while looking for something: a word, and the beginning of the next. */
const completion: QuestionClass["text"] = (next, language) =>
  `${wordOf(next, language, 50, 5_000)} ${wordOf(next, language, 20, 20_000).slice(0, 3 + Math.floor(next() * 2))}`;

/** From five letters on a beginning has no index of its own. */
const longCompletion: QuestionClass["text"] = (next, language) => {
  const long = language.words.slice(20, 20_000).filter((word) => word.length > 7);
  const begun = long[Math.floor(next() ** 3 * long.length)] ?? "";
  return `${wordOf(next, language, 50, 5_000)} ${begun.slice(0, 5 + Math.floor(next() * 3))}`;
};

export const CLASSES: readonly QuestionClass[] = [
  {
    name: "word + beginning (completion)",
    scope: "channel",
    text: completion,
    options: { isTyping: true },
    targetP50Ms: 1.5,
    targetP99Ms: 15,
    targetP99AtMillionMs: 100,
  },
  {
    name: "word + longer beginning (completion)",
    scope: "channel",
    text: longCompletion,
    options: { isTyping: true },
    targetP99Ms: 50,
  },
  {
    name: "two letters (completion)",
    scope: "channel",
    text: (next, language) => wordOf(next, language, 0, 2_000).slice(0, 2),
    options: { isTyping: true },
    targetP99Ms: 50,
  },
  { name: "common word", scope: "channel", text: common, targetP99Ms: 50 },
  { name: "common word", scope: "all", text: common, targetP99Ms: 50 },
  {
    name: "rare word",
    scope: "channel",
    text: (next, language) => wordOf(next, language, 5_000, 60_000),
    targetP99Ms: 50,
  },
  { name: "phrase", scope: "channel", text: phrase, targetP99Ms: 50 },
  { name: "phrase", scope: "all", text: phrase, targetP99Ms: 50 },
  {
    name: "author",
    scope: "channel",
    text: (next, language) => `author:"${authorName(language, Math.floor(next() * 300))}"`,
    targetP99Ms: 50,
  },
  {
    name: "word since 30 days before the newest",
    scope: "channel",
    text: (next, language) => `${wordOf(next, language, 50, 2_000)} since:${day(700)}`,
    targetP99Ms: 50,
  },
  {
    name: "word without another",
    scope: "channel",
    text: (next, language) => `${wordOf(next, language, 50, 2_000)} -${common(next, language, 0)}`,
    targetP99Ms: 50,
  },
  {
    name: "one word or another",
    scope: "channel",
    text: (next, language) => `${wordOf(next, language, 50, 2_000)} OR ${wordOf(next, language, 50, 2_000)}`,
    targetP99Ms: 50,
  },
  {
    name: "common and another word, best first",
    scope: "channel",
    text: (next, language) => `${common(next, language, 0)} ${wordOf(next, language, 50, 2_000)} sort:best`,
    targetP99Ms: 150,
  },
  {
    name: "common word, best first",
    scope: "all",
    text: (next, language) => `${common(next, language, 0)} sort:best`,
    targetP99Ms: 150,
  },
];

function day(days: number): string {
  return new Date(START_MS + days * 86_400_000).toISOString().slice(0, 10);
}

export interface Question {
  readonly feeds: readonly string[];
  readonly query: Query;
}

export function questionsOf(
  one: QuestionClass,
  language: Language,
  feeds: readonly string[],
  count: number,
  entries: number,
): readonly Question[] {
  const next = fractions(one.name.length * 31 + one.scope.length);
  return Array.from({ length: count }, () => {
    const from = Math.floor(next() * Math.max(1, feeds.length - CHANNEL_FEEDS));
    const { query } = parseQuery(one.text(next, language, entries), one.options ?? {}, START_MS);
    return { feeds: one.scope === "all" ? feeds : feeds.slice(from, from + CHANNEL_FEEDS), query };
  });
}

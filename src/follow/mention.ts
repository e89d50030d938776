import { type Filter, filteredBecause, NO_FILTER } from "./filter.ts";

/** Whom posts of a feed call in a channel, as people wanted it. */
export interface Mention {
  /** In the platform's own writing, as its adapter gave it. */
  readonly whom: string;
  /** Only for posts by one of these, or with one of `words`; for every post when both are empty. */
  readonly authors: readonly string[];
  readonly words: readonly string[];
}

/** Whether an entry calls them. */
export function isCalled({ authors, words }: Mention, entry: Parameters<typeof filteredBecause>[1]): boolean {
  const passes = (filter: Partial<Filter>): boolean => filteredBecause({ ...NO_FILTER, ...filter }, entry) === "";
  if (authors.length === 0 && words.length === 0) return true;
  return (
    (authors.length > 0 && passes({ authors: { include: authors, exclude: [] } })) ||
    (words.length > 0 && passes({ words: { include: words, exclude: [] } }))
  );
}

/** What was stored, whoever stored it; null when it is none. */
export function toMention(value: unknown): Mention | null {
  const { whom, authors, words } = (typeof value === "object" && value !== null ? value : {}) as Partial<Mention>;
  if (typeof whom !== "string" || whom === "") return null;
  return { whom, authors: Array.isArray(authors) ? authors : [], words: Array.isArray(words) ? words : [] };
}

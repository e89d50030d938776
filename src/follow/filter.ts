import type { Entry } from "../feed/entry.ts";
import { nameMatches, nameTokens } from "../feed/names.ts";
import { htmlToPlain } from "../feed/text.ts";

export interface Rules {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface Filter {
  /** Names, as people type them. */
  readonly authors: Rules;
  /** Words and phrases. */
  readonly words: Rules;
}

export const NO_FILTER: Filter = {
  authors: { include: [], exclude: [] },
  words: { include: [], exclude: [] },
};

type Filterable = Pick<Entry, "author" | "source" | "title" | "titleRaw" | "html">;

export function letsAllThrough({ authors, words }: Filter): boolean {
  return [authors.include, authors.exclude, words.include, words.exclude].every((rules) => rules.length === 0);
}

/** The rule that keeps the entry from the channel, in words for a person; "" when it passes. Exclusions win. */
export function filteredBecause(filter: Filter, entry: Filterable): string {
  return byAuthor(filter.authors, entry) || byWords(filter.words, entry);
}

function byAuthor(rules: Rules, entry: Filterable): string {
  const names = [entry.author, entry.source].filter((name) => name !== "");
  const matches = (query: string): boolean => names.some((name) => nameMatches(query, name));
  const excluded = rules.exclude.find(matches);
  if (excluded !== undefined) return `author “${excluded}” is excluded`;
  if (rules.include.length === 0 || rules.include.some(matches)) return "";
  return names.length === 0
    ? "it names no author, and only some authors are included"
    : `author “${names[0] ?? ""}” is not among those included`;
}

function byWords(rules: Rules, entry: Filterable): string {
  if (rules.include.length === 0 && rules.exclude.length === 0) return "";
  const text = wordsOf(entry);
  const contains = (phrase: string): boolean => text.includes(asPart(words(phrase)));
  const excluded = rules.exclude.find(contains);
  if (excluded !== undefined) return `“${excluded}” is excluded`;
  if (rules.include.length === 0 || rules.include.some(contains)) return "";
  return "none of the included words is in it";
}

/** Scripts that write words without spaces between them: there a phrase is found within a run of letters. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function asPart(phrase: string): string {
  return phrase !== "" && unspaced.test(phrase) ? phrase : ` ${phrase} `;
}

/** An entry that is offered to many channels is folded once. */
const folded = new WeakMap<Filterable, string>();

/** Title and text, with a space at each end. */
function wordsOf(entry: Filterable): string {
  const known = folded.get(entry);
  if (known !== undefined) return known;
  const text = ` ${words(`${entry.titleRaw} ${entry.title} ${htmlToPlain(entry.html)}`)} `;
  folded.set(entry, text);
  return text;
}

const CHUNK_CHARS = 150;
/** Behind each sign but those that folding leaves out of a word, or after so many letters. */
const partOfLong = /[\p{L}\p{N}\p{M}'’‘ʼ`´]{1,500}|[^\p{L}\p{N}\p{M}'’‘ʼ`´]{1,500}/gu;

/** Folds text like names, in pieces, since names are folded only to a length. */
function words(text: string): string {
  const found: string[] = [];
  let piece = "";
  for (const word of text.split(/\s+/u).flatMap(partsOf)) {
    if (piece.length + word.length > CHUNK_CHARS) {
      found.push(...nameTokens(piece));
      piece = "";
    }
    piece += ` ${word}`;
  }
  found.push(...nameTokens(piece));
  return found.join(" ");
}

/** Without spaces a whole paragraph is one word, longer than what is folded of a name. */
function partsOf(word: string): readonly string[] {
  return word.length <= CHUNK_CHARS ? [word] : (word.match(partOfLong) ?? []);
}

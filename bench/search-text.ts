/**
 * Entries for the search bench: words as frequent as in a language (Zipf), posts as long as posts are, the same for the same number.
 * What is measured depends on how common words are and how many there are, not on what they mean.
 */

const WORDS = 120_000;
const ZIPF_EXPONENT = 1.2;
const ZIPF_SHIFT = 2.7;
const AUTHORS = 2_000;
const SPAN_MS = 2 * 365 * 86_400_000;
export const START_MS = Date.parse("2024-06-01T00:00:00Z");
const SYLLABLES =
  "ba be bi co da de en er fa ga in ko la le ma mi na ne on or pa ra re ri sa se ta te ti to un ver wa zo ing est pro con al us";

export type Fraction = () => number;

/** mulberry32 (public domain, Tommy Ettinger). */
export function fractions(seed: number): Fraction {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Language {
  /** The most frequent first. */
  readonly words: readonly string[];
  pick(fraction: number): string;
}

export function createLanguage(): Language {
  const syllables = SYLLABLES.split(" ");
  const next = fractions(1);
  const some = (count: number): string =>
    Array.from({ length: count }, () => syllables[Math.floor(next() * syllables.length)]).join("");
  const all = new Set<string>();
  while (all.size < WORDS) {
    const word = some(1 + Math.floor(next() * 4));
    all.add(all.has(word) ? `${word}${some(2)}` : word);
  }
  const words = [...all];
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 0; rank < words.length; rank += 1) sums.push((sum += 1 / (rank + ZIPF_SHIFT) ** ZIPF_EXPONENT));
  return { words, pick: (fraction) => words[below(sums, fraction * sum)] ?? "" };
}

function below(sums: readonly number[], wanted: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface MadeEntry {
  readonly title: string;
  readonly html: string;
  readonly author: string;
  readonly publishedMs: number;
}

/** The n-th of `count` entries, oldest first: about 2.5 KB of text in the middle, 10 KB in one of twenty. */
export function madeEntry(language: Language, n: number, count: number): MadeEntry {
  const next = fractions(n * 7919 + 13);
  const word = (): string => language.pick(next());
  const words = (length: number): string => Array.from({ length }, word).join(" ");
  const paragraphs = Math.max(1, Math.round(4 * Math.exp(0.85 * gauss(next))));
  const html = Array.from(
    { length: Math.min(paragraphs, 40) },
    () => `<p>${words(90)} <a href="https://x.example/${word()}">${word()}</a>.</p>`,
  );
  return {
    title: words(3 + Math.floor(next() * 6)),
    html: html.join("\n"),
    author: authorName(language, Math.floor(AUTHORS * next() ** 2)),
    publishedMs: START_MS + Math.floor((SPAN_MS * n) / count),
  };
}

export function authorName(language: Language, k: number): string {
  return `${language.words[1_000 + k] ?? ""} ${language.words[20_000 + k] ?? ""}`;
}

function gauss(next: Fraction): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

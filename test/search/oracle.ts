import type { StoredEntry } from "../../src/feed/entry-record.ts";

/**
 * Reads the entries themselves for every question, by rules of its own: nothing of `src/search/` is used here. Slow and short, so that
 * anybody can see that it is right.
 */

export interface Held {
  readonly feed: string;
  readonly number: number;
  readonly entry: StoredEntry;
  readonly seenAtMs: number;
}

/** What is asked, as a person would say it to another. */
export type Wish =
  | { readonly kind: "word"; readonly any: readonly WordWish[] }
  | { readonly kind: "without"; readonly word: WordWish }
  | { readonly kind: "author"; readonly names: readonly string[] }
  | { readonly kind: "not-author"; readonly name: string }
  | { readonly kind: "since" | "before"; readonly atMs: number };

export interface WordWish {
  /** As typed. */
  readonly words: string;
  readonly begins?: boolean;
  readonly inTitle?: boolean;
}

const LATIN_MARKS = /[\u0300-\u036f]/;
const UNSPACED = /\p{sc=Han}|\p{sc=Hiragana}|\p{sc=Katakana}|\p{sc=Thai}/u;
const PLAIN: Readonly<Record<string, string>> = {
  ø: "o",
  ł: "l",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  đ: "d",
  ð: "d",
  ı: "i",
  þ: "th",
};

/** Sign by sign. */
function words(text: string): string[] {
  const found: string[] = [];
  let word = "";
  let isSign = false;
  const end = (): void => {
    if (word !== "") found.push(word);
    word = "";
    isSign = false;
  };
  const bare = text.replaceAll(/([\p{L}\p{N}])['’]s(?=[^\p{L}\p{N}\p{M}_]|$)/giu, "$1");
  for (const sign of bare.normalize("NFKD").toLowerCase()) {
    if (LATIN_MARKS.test(sign) || "'’‘ʼ`´".includes(sign)) continue;
    const plain = PLAIN[sign] ?? sign;
    const isMark = /\p{M}/u.test(sign);
    if (UNSPACED.test(sign)) {
      end();
      word = sign;
      isSign = true;
    } else if (isMark) word += sign;
    else if (/[\p{L}\p{N}_]/u.test(sign)) {
      if (isSign) end();
      word += plain;
    } else end();
  }
  end();
  return found;
}

function textOf(entry: StoredEntry): string {
  if (entry.protected) return "";
  const bare = entry.html.replaceAll(/<[^>]*>/g, " ").replaceAll("&amp;", "&");
  return bare.replaceAll(/\s+/g, " ").trim().slice(0, 2048);
}

function timeOf({ entry, seenAtMs }: Held): number {
  return entry.publishedAt === null ? seenAtMs : Math.min(Date.parse(entry.publishedAt), seenAtMs);
}

interface Read {
  readonly held: Held;
  readonly title: readonly string[];
  readonly fields: readonly (readonly string[])[];
  readonly people: readonly string[];
  readonly atMs: number;
}

export function readHeld(held: Held): Read {
  const { entry } = held;
  const title = words(entry.title === "" ? entry.titleRaw : entry.title);
  const names = words(`${entry.author} · ${entry.source}`);
  return {
    held,
    title,
    fields: [title, words(textOf(entry)), names],
    people: [...entry.author.split(", "), entry.source].filter((name) => name !== ""),
    atMs: timeOf(held),
  };
}

const known = new Map<string, readonly string[]>();
function wordsOnce(text: string): readonly string[] {
  const found = known.get(text) ?? words(text);
  known.set(text, found);
  return found;
}

function contains(field: readonly string[], wanted: readonly string[], begins: boolean): boolean {
  return field.some((_, at) =>
    wanted.every((word, i) => {
      const there = field[at + i] ?? "";
      return begins && i === wanted.length - 1 ? there.startsWith(word) : there === word;
    }),
  );
}

function hasWord(read: Read, wish: WordWish): boolean {
  const fields = wish.inTitle === true ? [read.title] : read.fields;
  return fields.some((field) => contains(field, wordsOnce(wish.words), wish.begins === true));
}

/** Some whole words of the name, in a row, however they are spaced. */
function isCalled(read: Read, name: string): boolean {
  const wanted = wordsOnce(name).join("");
  return read.people.some((person) => {
    const parts = wordsOnce(person);
    return parts.some((_, from) => parts.some((__, to) => parts.slice(from, to + 1).join("") === wanted));
  });
}

function fits(read: Read, wish: Wish): boolean {
  switch (wish.kind) {
    case "word":
      return wish.any.some((word) => hasWord(read, word));
    case "without":
      return !hasWord(read, wish.word);
    case "author":
      return wish.names.some((name) => isCalled(read, name));
    case "not-author":
      return !isCalled(read, wish.name);
    case "since":
      return read.atMs >= wish.atMs;
    case "before":
      return read.atMs < wish.atMs;
  }
}

/** `<feed>.<number>`, newest first. */
export function answer(all: readonly Read[], feeds: ReadonlySet<string>, wishes: readonly Wish[]): readonly string[] {
  return all
    .filter((read) => feeds.has(read.held.feed) && wishes.every((wish) => fits(read, wish)))
    .toSorted((a, b) => b.atMs - a.atMs)
    .map(({ held }) => `${held.feed}.${String(held.number)}`);
}

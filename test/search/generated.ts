import type { Random } from "../chaos/random.ts";
import { type Written } from "./library.ts";
import type { Wish, WordWish } from "./oracle.ts";

const SYLLABLES = "ba ker no di lu met or an sta ing ver pro ti qu el wo re ma sø né ça ß_ x9".split(" ");
const OTHER = [
  "東京",
  "天気予報",
  "カタカナ",
  "ภาษาไทย",
  "Привет",
  "don't",
  "nagle's",
  "Nagle’s",
  "nagle",
  "foo_bar",
  "node.js",
  "C++",
  "x86-64",
  "½",
  "ﬁne",
  "ÅNGSTRÖM",
  "한국어",
];
const NAMES = [
  "Ann Lee",
  "Joanna Lee",
  "Paul E. Mc Kenney",
  "José Núñez",
  "Łukasz Ørsted",
  "李小龍",
  "O'Brien",
  "Team Release",
  "anna",
  "Jean-Luc Picard, Ada Lovelace",
];
const START_MS = Date.parse("2024-01-01T00:00:00Z");
const SPAN_MS = 800 * 86_400_000;

/** Few words are common and most are rare, as in language. */
export function vocabulary(random: Random, count: number): readonly string[] {
  const made = Array.from({ length: count }, () =>
    Array.from({ length: random.integer(1, 4) }, () => random.pick(SYLLABLES)).join(""),
  );
  return random.shuffled([...new Set([...made, ...OTHER])]);
}

function wordFrom(random: Random, vocabulary: readonly string[]): string {
  const rank = Math.floor(vocabulary.length ** (random.integer(0, 10_000) / 10_000)) - 1;
  return vocabulary[rank] ?? "the";
}

function sentence(random: Random, vocabulary: readonly string[], most: number): string {
  const words = Array.from({ length: random.integer(0, most) }, () => wordFrom(random, vocabulary));
  return words.map((word) => (random.chance(0.1) ? `${word},` : word)).join(" ");
}

/** No two of one time, so that there is one right order. */
export function writtenEntry(random: Random, vocabulary: readonly string[], n: number): Written {
  const atMs = START_MS + random.integer(0, SPAN_MS / 100_000) * 100_000 + n;
  const isLong = random.chance(0.05);
  const text = sentence(random, vocabulary, isLong ? 600 : 40).replaceAll(" ", () =>
    random.pick([" ", " ", "</p>\n<p>", " &amp; "]),
  );
  const title = sentence(random, vocabulary, 6);
  return {
    title,
    titleRaw: random.chance(0.5) ? `Prefix: ${title}` : title || "untitled",
    html: `<p>${text}</p>`,
    author: random.chance(0.8) ? random.pick(NAMES) : "",
    source: random.chance(0.2) ? random.pick(NAMES) : "",
    protected: random.chance(0.03),
    publishedAt: random.chance(0.9) ? new Date(random.chance(0.03) ? atMs + 10 * SPAN_MS : atMs).toISOString() : null,
    seenAtMs: random.chance(0.9) ? START_MS + SPAN_MS + n : atMs,
  };
}

export interface Asked {
  readonly text: string;
  readonly wishes: readonly Wish[];
}

/** One question of any kind, as typed and as meant. */
export function question(random: Random, vocabulary: readonly string[], entries: readonly Written[]): Asked {
  const parts: Asked[] = [];
  const count = random.integer(1, 4);
  for (let i = 0; i < count; i += 1) parts.push(part(random, vocabulary, entries));
  if (!parts.some(({ wishes }) => wishes.some(({ kind }) => kind !== "without" && kind !== "not-author"))) {
    parts.push(wordPart(random, vocabulary, entries));
  }
  const order = random.shuffled(parts);
  const authors = order.flatMap(({ wishes }) => wishes.flatMap((wish) => (wish.kind === "author" ? wish.names : [])));
  const others = order.flatMap(({ wishes }) => wishes.filter((wish) => wish.kind !== "author"));
  return {
    text: order.map(({ text }) => text).join(random.pick([" ", "  "])),
    wishes: authors.length === 0 ? others : [...others, { kind: "author", names: authors }],
  };
}

function part(random: Random, vocabulary: readonly string[], entries: readonly Written[]): Asked {
  switch (random.integer(0, 9)) {
    case 0: {
      const name = nameAsTyped(random);
      return {
        text: `${random.pick(["author:", "from:", "AUTHOR:"])}"${name}"`,
        wishes: [{ kind: "author", names: [name] }],
      };
    }
    case 1: {
      const name = nameAsTyped(random);
      return { text: `-author:"${name}"`, wishes: [{ kind: "not-author", name }] };
    }
    case 2:
    case 3: {
      const day = new Date(START_MS + random.integer(0, 799) * 86_400_000).toISOString().slice(0, 10);
      const kind = random.chance(0.5) ? "since" : "before";
      return { text: `${kind}:${day}`, wishes: [{ kind, atMs: Date.parse(day) }] };
    }
    case 4: {
      const [text, word] = someWords(random, vocabulary, entries);
      return { text: `-${text}`, wishes: [{ kind: "without", word }] };
    }
    case 5: {
      const [left, a] = someWords(random, vocabulary, entries);
      const [right, b] = someWords(random, vocabulary, entries);
      return { text: `${left} OR ${right}`, wishes: [{ kind: "word", any: [a, b] }] };
    }
    default:
      return wordPart(random, vocabulary, entries);
  }
}

function wordPart(random: Random, vocabulary: readonly string[], entries: readonly Written[]): Asked {
  const [text, word] = someWords(random, vocabulary, entries);
  return { text, wishes: [{ kind: "word", any: [word] }] };
}

function nameAsTyped(random: Random): string {
  const name = random.pick(NAMES).split(", ")[0] ?? "";
  return random.pick([
    name,
    name.toUpperCase(),
    name.split(" ").at(-1) ?? name,
    name.replaceAll(" ", ""),
    "an",
    "Mc Kenney",
  ]);
}

/** A word, the beginning of one, or some of an entry in a row. */
function someWords(
  random: Random,
  vocabulary: readonly string[],
  entries: readonly Written[],
): readonly [string, WordWish] {
  const word = wordFrom(random, vocabulary);
  switch (random.integer(0, 4)) {
    case 0: {
      const begin = word.replaceAll(/[^a-z]/g, "").slice(0, random.integer(2, 5));
      return begin.length < 2 ? [word, { words: word }] : [`${begin}*`, { words: begin, begins: true }];
    }
    case 1:
    case 2: {
      const plain = (random.pick(entries).html ?? "")
        .replaceAll(/<[^>]*>|&amp;/g, " ")
        .split(/\s+/)
        .filter(Boolean);
      const at = random.integer(0, Math.max(0, plain.length - 1));
      const phrase = plain.slice(at, at + random.integer(1, 4)).join(" ") || word;
      return [`"${phrase}"`, { words: phrase }];
    }
    case 3:
      return [`title:${word}`, { words: word, inTitle: true }];
    default:
      return [word, { words: word }];
  }
}

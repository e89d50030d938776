import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Entry } from "../../src/feed/entry.ts";
import { foldName } from "../../src/feed/names.ts";
import { type Finding, readBytes, understand } from "./authors-read.ts";

/** A planet that is there in two formats. */
export interface Siblings {
  readonly name: string;
  /** RSS 1.0 or 2.0; its titles may begin with the names under which the planet lists its members. */
  readonly rss: Buffer;
  /** Its titles are the members' own. */
  readonly atom: Buffer;
}

export async function siblingsIn(corpus: string): Promise<readonly Siblings[]> {
  const files = await readdir(join(corpus, "planet"));
  const pairs = files.flatMap((file) => {
    const name = /^(?!series-)(.+)\.rss\d\d\.xml$/.exec(file)?.[1];
    const atom = `${name}.atom.xml`;
    return name !== undefined && files.includes(atom) ? [{ name, rss: file, atom }] : [];
  });
  return Promise.all(
    pairs.map(async ({ name, rss, atom }) => ({
      name,
      rss: await readBytes(corpus, `planet/${rss}`),
      atom: await readBytes(corpus, `planet/${atom}`),
    })),
  );
}

const authorElements =
  /<((?:dc:|atom:|itunes:)?(?:author|creator|contributor|source|managingEditor|webMaster))\b[^>]*?(?:\/>|>[\s\S]*?<\/\1>)/g;

/** How often the prefix of a title gives its author where nothing else in the document does. */
export interface PrefixFinding extends Finding {
  /** Entries of both formats with one link, and whose title in RSS is the one in Atom behind a prefix. */
  readonly prefixed: number;
  /** Of these, how many prefixes are the name of the Atom entry's author or of its source. */
  readonly sameName: number;
}

/**
 * Removes every element that names somebody from the RSS side. What stands there before the Atom entry's title is then the
 * only trace of its blog: the author must be that, and the shown title the Atom entry's.
 */
export async function prefixesOf({ name, rss, atom }: Siblings): Promise<PrefixFinding> {
  const bare = Buffer.from(rss.toString("utf8").replace(authorElements, ""));
  const pairs = pairsOf(await understand(bare), await understand(atom));
  const expected = pairs.map(([entry, sibling]) => ({ entry, sibling, prefix: prefixOf(entry, sibling) }));
  const misses = expected.filter(({ entry, sibling, prefix }) => {
    const isRight = foldName(entry.author) === foldName(prefix);
    return !isRight || (entry.title !== sibling.title && prefix !== "");
  });
  const prefixed = expected.filter(({ prefix }) => prefix !== "");
  return {
    right: expected.length - misses.length,
    of: expected.length,
    misses: misses.map(
      ({ entry, prefix }) =>
        `${name}: "${entry.titleRaw}" is by "${entry.author}" and called "${entry.title}"; its prefix is "${prefix}"`,
    ),
    prefixed: prefixed.length,
    sameName: prefixed.filter(({ prefix, sibling }) => isNamed(prefix, sibling)).length,
  };
}

/** How many entries have the same author, whichever format is followed, with all that the documents say. */
export async function agreementOf({ name, rss, atom }: Siblings): Promise<Finding> {
  const pairs = pairsOf(await understand(rss), await understand(atom));
  const different = pairs.filter(([entry, sibling]) => foldName(entry.author) !== foldName(sibling.author));
  return {
    right: pairs.length - different.length,
    of: pairs.length,
    misses: different.map(
      ([entry, sibling]) =>
        `${name}: "${sibling.title}" is by "${entry.author}" in RSS, by "${sibling.author}" in Atom`,
    ),
  };
}

function pairsOf(entries: readonly Entry[], siblings: readonly Entry[]): readonly (readonly [Entry, Entry])[] {
  const byLink = new Map(siblings.map((sibling) => [sibling.link, sibling]));
  return entries.flatMap((entry) => {
    const sibling = byLink.get(entry.link);
    return sibling === undefined ? [] : [[entry, sibling] as const];
  });
}

function prefixOf(entry: Entry, sibling: Entry): string {
  const { titleRaw } = entry;
  if (sibling.titleRaw === "" || titleRaw === sibling.titleRaw || !titleRaw.endsWith(sibling.titleRaw)) return "";
  return titleRaw.slice(0, -sibling.titleRaw.length).replace(/\s*[:–—-]\s*$/u, "");
}

function isNamed(prefix: string, { author, sourceRaw }: Entry): boolean {
  return [author, sourceRaw].some((name) => foldName(name) === foldName(prefix));
}

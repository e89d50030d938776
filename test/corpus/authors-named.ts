import type { Entry } from "../../src/feed/entry.ts";
import { foldName } from "../../src/feed/names.ts";
import { htmlToPlain } from "../../src/feed/text.ts";
import { readXml, type XmlElement } from "../oracle/xml.ts";
import { type Finding, readBytes, understand } from "./authors-read.ts";
import type { CorpusFile } from "./read-manifest.ts";

/**
 * Where an entry names an author in an element of its own, the author must be that one. Documents that the plain reader of
 * XML cannot read are passed over.
 */
export async function namedIn(corpus: string, { path, contentType }: CorpusFile): Promise<Finding> {
  const bytes = await readBytes(corpus, path);
  const written = entriesOf(bytes);
  const entries = await understand(bytes, contentType);
  if (written.length !== entries.length) return { right: 0, of: 0, misses: [] };
  const named = entries
    .map((entry, index) => ({ entry, names: namesIn(written[index]) }))
    .filter(({ names }) => names.length > 0);
  const wrong = named.filter(({ entry, names }) => !names.some((name) => isBy(entry, name)));
  return {
    right: named.length - wrong.length,
    of: named.length,
    misses: wrong.map(
      ({ entry, names }) =>
        `${path}: "${entry.titleRaw}" is by "${entry.author}"; its document names "${names.join('", "')}"`,
    ),
  };
}

function entriesOf(bytes: Buffer): readonly XmlElement[] {
  try {
    const root = readXml(bytes);
    const parents = root.name === "rss" ? root.children.filter(({ name }) => name === "channel") : [root];
    return parents.flatMap(({ children }) => children.filter(({ name }) => name === "item" || name === "entry"));
  } catch {
    return [];
  }
}

/** As written: a name with or without an address. Elements that hold other elements hold the name in one called so. */
function namesIn(entry: XmlElement | undefined): readonly string[] {
  const people = entry?.children.filter(({ name }) => /^(?:dc:creator|atom:author|author)$/.test(name)) ?? [];
  return people
    .map(
      ({ children, text }) =>
        children.find(({ name }) => /^(?:atom:)?name$/.test(name))?.text ?? (children.length > 0 ? "" : text),
    )
    .map(htmlToPlain)
    .filter((name) => /\p{L}/u.test(name) && !name.includes("\ufffd") && !/^unknown$/i.test(name));
}

/** The author's name is within what is written, which may hold an address or a host besides. */
function isBy({ author }: Entry, written: string): boolean {
  const fold = foldName(author);
  return fold !== "" && (foldName(written).includes(fold) || fold.includes(foldName(written)));
}

import { readXml, type XmlElement } from "./xml.ts";

/** An entry as its document writes it: nothing cleaned, nothing guessed, "" for what is absent. */
export interface OracleEntry {
  readonly guid: string;
  readonly link: string;
  readonly title: string;
  readonly content: string;
  /** null when there is none that JavaScript's own parser reads. */
  readonly dateMs: number | null;
  readonly startByte: number;
  readonly endByte: number;
}

/** The entries of an RSS 2.0, RSS 1.0 or Atom 1.0 document in document order. Throws on documents that are not well-formed UTF-8. */
export function readEntries(document: Buffer): readonly OracleEntry[] {
  const root = readXml(document);
  if (root.name === "feed") return named(root, "entry").map(readAtomEntry);
  if (root.name === "rdf:RDF") return named(root, "item").map(readRssItem);
  if (root.name === "rss") return named(root, "channel").flatMap((channel) => named(channel, "item").map(readRssItem));
  throw new Error(`<${root.name}> is no feed`);
}

function readRssItem(item: XmlElement): OracleEntry {
  return {
    guid: firstText(item, "guid") || (item.attributes.get("rdf:about") ?? ""),
    link: firstText(item, "link"),
    title: firstText(item, "title"),
    content: firstText(item, "content:encoded", "description"),
    dateMs: readDate(firstText(item, "pubDate", "dc:date")),
    startByte: item.startByte,
    endByte: item.endByte,
  };
}

function readAtomEntry(entry: XmlElement): OracleEntry {
  const page = named(entry, "link").find((link) => (link.attributes.get("rel") ?? "alternate") === "alternate");
  return {
    guid: firstText(entry, "id"),
    link: page?.attributes.get("href") ?? "",
    title: firstText(entry, "title"),
    content: firstText(entry, "content", "summary"),
    dateMs: readDate(firstText(entry, "published", "updated")),
    startByte: entry.startByte,
    endByte: entry.endByte,
  };
}

function named(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

function firstText(parent: XmlElement, ...names: readonly string[]): string {
  for (const name of names) {
    const text = named(parent, name)[0]?.text.trim() ?? "";
    if (text !== "") return text;
  }
  return "";
}

function readDate(text: string): number | null {
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : dateMs;
}

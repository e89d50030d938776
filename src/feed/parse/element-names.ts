import type { FeedRoot } from "./root.ts";

/** Prefixes by namespace, as feeds usually write them; other prefixes for the same namespaces are read as these. */
const usualPrefixes: ReadonlyMap<string, string> = new Map([
  ["http://www.w3.org/2005/atom", "atom"],
  ["http://purl.org/atom/ns#", "atom"],
  ["http://purl.org/dc/elements/1.1/", "dc"],
  ["http://purl.org/dc/terms/", "dcterms"],
  ["http://purl.org/rss/1.0/modules/content/", "content"],
  ["http://search.yahoo.com/mrss/", "media"],
  ["http://search.yahoo.com/mrss", "media"],
  ["http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"],
  ["http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"],
  ["http://purl.org/rss/1.0/", "rss"],
  ["http://my.netscape.com/rdf/simple/0.9/", "rss"],
  ["http://backend.userland.com/rss2", "rss"],
  ["http://www.w3.org/1999/xhtml", "xhtml"],
  ["http://purl.org/rss/1.0/modules/syndication/", "sy"],
]);

/** Fields of Atom entries that rss-parser would read itself, and throw on (dates, links) or scramble (content). */
const atomFields = ["link", "published", "updated", "content", "summary"] as const;

const usualCase: ReadonlyMap<string, string> = new Map(
  ["pubDate", "lastBuildDate", "managingEditor", "skipHours", "skipDays", "rdf:RDF"].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);

/** Maps a tag name as written to the one name under which this reader knows it. */
export type NameMap = (written: string) => string;

export function elementNames(text: string, root: FeedRoot): NameMap {
  const prefixes = declaredPrefixes(text);
  const own = root.kind === "atom" ? "atom" : "rss";
  const isAllUpperCase = root.name === root.name.toUpperCase() && root.kind !== "rdf";
  const cache = new Map<string, string>();
  return (written) => {
    const cached = cache.get(written);
    if (cached !== undefined) return cached;
    const name = canonicalName(isAllUpperCase ? written.toLowerCase() : written, prefixes, own, root);
    if (cache.size < 1_000) cache.set(written, name);
    return name;
  };
}

function canonicalName(written: string, prefixes: ReadonlyMap<string, string>, own: string, root: FeedRoot): string {
  const colon = written.indexOf(":");
  const prefix = written.slice(0, Math.max(0, colon));
  const local = written.slice(colon + 1);
  if (root.kind === "rdf" && local.toLowerCase() === "rdf") return "rdf:RDF";
  const rootPrefix = root.kind === "rdf" ? "" : root.name.slice(0, Math.max(0, root.name.indexOf(":")));
  const space = prefixes.get(prefix) ?? prefix;
  const isOwn = space === "" || space === own || (prefix === rootPrefix && prefix !== "");
  if (!isOwn) return `${space}:${local}`;
  if (own === "atom") return atomFields.some((field) => field === local) ? `atom:${local}` : local;
  return usualCase.get(local.toLowerCase()) ?? local;
}

/** The first declaration of a prefix counts, wherever it stands. */
function declaredPrefixes(text: string): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>();
  for (const [, prefix, double, single] of text.matchAll(
    /\sxmlns:([\w.-]{1,40})\s?=\s?(?:"([^"]{0,200})"|'([^']{0,200})')/g,
  )) {
    const usual = usualPrefixes.get((double ?? single ?? "").trim().toLowerCase());
    if (prefix !== undefined && usual !== undefined && !prefixes.has(prefix)) prefixes.set(prefix, usual);
  }
  return prefixes;
}

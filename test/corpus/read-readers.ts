import { parseFeed as feedsmith } from "feedsmith";
import type { FirstEntry } from "./read-manifest.ts";

/** What a reader makes of a document. */
export interface Reading {
  readonly count: number;
  /** False when the reader itself says that something may be missing. */
  readonly whole: boolean;
  readonly first: FirstEntry;
}

/** Throws what it throws for a document that it does not accept. */
type Reader = (bytes: Buffer, contentType: string) => Promise<Reading>;

const nothing: FirstEntry = { title: "", author: "", guid: "", published: "", link: "" };

/**
 * Ours and the two libraries beneath it, each alone and as its documentation shows it: a string of UTF-8, stock options. Ours
 * is loaded only where it is used, because it switches off a part of rss-parser.
 */
export const readers = {
  planetwire: async (bytes, contentType) => {
    const { parseFeed } = await import("../../src/feed/parse/parse.ts");
    const { understandEntries } = await import("../../src/feed/authors.ts");
    const outcome = await parseFeed(bytes, { url: "https://feed.invalid/", contentType, whole: true });
    if (outcome.kind === "not-a-feed") throw new Error(outcome.reason);
    const { whole, entries: raw } = outcome.document;
    const entries = understandEntries(raw, new Set(), outcome.document);
    const [first] = entries;
    return {
      count: entries.length,
      whole,
      first: first === undefined ? nothing : { ...first, title: first.titleRaw, published: first.publishedAt ?? "" },
    };
  },
  "rss-parser": async (bytes) => {
    const { default: Parser } = await import("rss-parser");
    const { items } = await new Parser().parseString(bytes.toString("utf8"));
    const [first] = items;
    return { count: items.length, whole: true, first: first === undefined ? nothing : ofRssParser({ ...first }) };
  },
  feedsmith: async (bytes) => {
    const { count, first } = ofFeedsmith(feedsmith(bytes.toString("utf8")));
    return { count, whole: true, first };
  },
} satisfies Record<string, Reader>;

export type ReaderName = keyof typeof readers;

type Found = ReturnType<typeof feedsmith>;
type AtomEntry = ItemOf<Extract<Found, { format: "atom" }>["feed"]["entries"]>;
type RssItem = ItemOf<Extract<Found, { format: "rss" }>["feed"]["items"]>;
type RdfItem = ItemOf<Extract<Found, { format: "rdf" }>["feed"]["items"]>;
type ItemOf<List> = NonNullable<List> extends readonly (infer Item)[] ? Item : never;

function ofRssParser(item: Readonly<Record<string, unknown>>): FirstEntry {
  const podcast = { author: "", ...(item["itunes"] as object | undefined) };
  return {
    title: text(item["title"]),
    author: text(item["creator"]) || text(item["author"]) || text(podcast["author"]),
    guid: text(item["guid"]) || text(item["id"]),
    published: text(item["isoDate"]) || text(item["pubDate"]),
    link: text(item["link"]),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function ofFeedsmith(found: Found): { count: number; first: FirstEntry } {
  switch (found.format) {
    case "atom":
      return firstOf(found.feed.entries, ofAtom);
    case "rss":
      return firstOf(found.feed.items, ofRss);
    case "rdf":
      return firstOf(found.feed.items, ofRdf);
    case "json":
      return firstOf(found.feed.items, (item) => ({
        title: item.title ?? "",
        author: item.authors?.[0]?.name ?? "",
        guid: item.id ?? "",
        published: text(item.date_published ?? item.date_modified),
        link: item.url ?? "",
      }));
  }
}

function firstOf<T>(
  items: readonly T[] | undefined,
  toFirst: (item: T) => FirstEntry,
): { count: number; first: FirstEntry } {
  const [first] = items ?? [];
  return { count: items?.length ?? 0, first: first === undefined ? nothing : toFirst(first) };
}

function ofAtom(entry: AtomEntry): FirstEntry {
  const page = entry.links?.find(({ rel }) => rel === undefined || rel === "alternate") ?? entry.links?.[0];
  return {
    title: entry.title?.value ?? "",
    author: entry.authors?.[0]?.name ?? entry.dc?.creators?.[0] ?? "",
    guid: entry.id ?? "",
    published: text(entry.published ?? entry.updated),
    link: page?.href ?? "",
  };
}

function ofRss(item: RssItem): FirstEntry {
  const author = item.authors?.[0];
  return {
    title: item.title ?? item.dc?.titles?.[0] ?? item.media?.title?.value ?? "",
    author: item.dc?.creators?.[0] ?? author?.name ?? author?.email ?? item.itunes?.author ?? "",
    guid: item.guid?.value ?? "",
    published: text(item.pubDate ?? item.dc?.dates?.[0] ?? item.dcterms?.issued?.[0] ?? item.atom?.published),
    link: item.link ?? item.guid?.value ?? "",
  };
}

function ofRdf(item: RdfItem): FirstEntry {
  return {
    title: item.title ?? "",
    author: item.dc?.creators?.[0] ?? "",
    guid: item.rdf?.about ?? "",
    published: text(item.dc?.dates?.[0]),
    link: item.link ?? "",
  };
}

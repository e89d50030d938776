import { type AtomFeed, type JsonFeed, parseFeed, parseJsonFeed, type RdfFeed, type RssFeed } from "feedsmith";
import type { DraftEntry, DraftFeed, DraftImage, DraftLink, DraftText } from "./draft.ts";
import { maxEntriesRead } from "./limits.ts";
import { NO_PACE } from "./pace.ts";

type RssItem = Partial<RssFeed.Item<string>>;
type RdfItem = Partial<RdfFeed.Item<string>>;
type JsonItem = JsonFeed.Item<string>;
type AtomEntry = Partial<AtomFeed.Entry<string>>;

/** Reads a JSON Feed (versions 1.0 and 1.1) that was parsed as JSON. Throws when it is none. */
export function readJson(value: unknown): DraftFeed {
  const feed = parseJsonFeed(withVersion(value));
  const items = feed.items ?? [];
  const entries = items.map(jsonItem).filter(saysAnything);
  if (entries.length === 0 && items.length > 0) throw new Error("items that are no entries");
  return {
    title: plain(feed.title),
    base: "",
    links: alternates(feed.home_page_url),
    authors: [names(feed.authors)],
    pace: NO_PACE,
    entries,
  };
}

function jsonItem(item: JsonItem): DraftEntry {
  return {
    ...emptyEntry,
    guid: item.id ?? "",
    links: [...alternates(item.url), ...alternates(item.external_url)],
    title: plain(item.title),
    authors: [names(item.authors)],
    published: present(item.date_published),
    updated: present(item.date_modified),
    contents: [html(item.content_html), plain(item.content_text), plain(item.summary)].filter(hasValue),
    images: pictures(item.image, item.banner_image),
  };
}

/** An id alone is what items of any interface have. */
function saysAnything(entry: DraftEntry): boolean {
  return entry.title.value !== "" || entry.links.length > 0 || entry.contents.length > 0;
}

/** Some write the version's number where its address belongs; such a document is a feed if it has what feeds have. */
function withVersion(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("items" in value) || !Array.isArray(value.items))
    throw new Error("JSON without a list of items");
  const version = "version" in value ? String(value.version) : "";
  const shorter = { ...value, items: value.items.slice(0, maxEntriesRead) };
  return /^1(?:\.[01])?$/.test(version) ? { ...shorter, version: "https://jsonfeed.org/version/1.1" } : shorter;
}

/** Reads XML that rss-parser rejects, with a parser that forgives more. Throws when that fails too. */
export function readForgivingly(xml: string): DraftFeed {
  const found = parseFeed(xml);
  switch (found.format) {
    case "atom":
      return {
        ...feedOf(rich(found.feed.title), atomLinks(found.feed.links)),
        authors: [names(found.feed.authors)],
        entries: identified(found.feed.entries?.map(atomEntry)),
      };
    case "rss":
      return {
        ...feedOf(html(found.feed.title), alternates(found.feed.link)),
        entries: identified(found.feed.items?.map(rssItem)),
      };
    case "rdf":
      return {
        ...feedOf(html(found.feed.title), alternates(found.feed.link)),
        entries: identified(found.feed.items?.map(rdfItem)),
      };
    case "json":
      throw new Error("JSON where XML was expected");
  }
}

const emptyEntry: DraftEntry = {
  guid: "",
  guidIsLink: true,
  base: "",
  links: [],
  title: { value: "", markup: "text", base: "" },
  authors: [],
  source: "",
  published: [],
  updated: [],
  contents: [],
  images: [],
};

function feedOf(title: DraftText, links: readonly DraftLink[]): DraftFeed {
  return { title, base: "", links, authors: [], pace: NO_PACE, entries: [] };
}

/** Where markup is broken, what has neither guid nor link is debris more often than an entry. */
function identified(entries: readonly DraftEntry[] = []): readonly DraftEntry[] {
  return entries.filter((entry) => entry.guid !== "" || entry.links.length > 0);
}

function atomEntry(entry: AtomEntry): DraftEntry {
  return {
    ...emptyEntry,
    guid: entry.id ?? "",
    base: entry.xml?.base ?? "",
    links: atomLinks(entry.links),
    title: rich(entry.title),
    authors: [names(entry.authors), entry.dc?.creators ?? [], names(entry.source?.authors)],
    source: entry.source?.title?.value ?? "",
    published: present(entry.published, ...(entry.dc?.dates ?? [])),
    updated: present(entry.updated),
    contents: [rich(entry.content), rich(entry.summary)].filter(hasValue),
    images: pictures(...(entry.media?.thumbnails ?? []).map((it) => it.url)),
  };
}

function rssItem(item: RssItem): DraftEntry {
  return {
    ...emptyEntry,
    guid: item.guid?.value ?? "",
    guidIsLink: item.guid?.isPermaLink !== false,
    base: item.xml?.base ?? "",
    links: [...alternates(item.link), ...atomLinks(item.atom?.links), ...enclosures(item)],
    title: html(item.title ?? item.dc?.titles?.[0]),
    authors: [item.dc?.creators ?? [], names(item.authors), names(item.atom?.authors)],
    source: item.source?.title ?? "",
    published: present(item.pubDate, ...(item.dc?.dates ?? []), item.atom?.published),
    updated: present(item.atom?.updated),
    contents: [html(item.content?.encoded), html(item.description), html(item.itunes?.summary)].filter(hasValue),
    images: pictures(
      ...enclosures(item).flatMap((it) => (it.type.startsWith("image/") ? [it.href] : [])),
      item.itunes?.image,
    ),
  };
}

function rdfItem(item: RdfItem): DraftEntry {
  return {
    ...emptyEntry,
    guid: item.rdf?.about ?? "",
    base: item.xml?.base ?? "",
    links: alternates(item.link),
    title: html(item.title ?? item.dc?.titles?.[0]),
    authors: [item.dc?.creators ?? []],
    published: present(...(item.dc?.dates ?? [])),
    contents: [html(item.content?.encoded), html(item.description)].filter(hasValue),
  };
}

function enclosures(item: RssItem): DraftLink[] {
  return (item.enclosures ?? []).map((it) => ({ href: it.url ?? "", rel: "enclosure", type: it.type ?? "" }));
}

function atomLinks(links: AtomEntry["links"] = []): DraftLink[] {
  return links.map((it) => ({ href: it.href ?? "", rel: it.rel ?? "alternate", type: it.type ?? "" }));
}

function alternates(href: string | undefined): DraftLink[] {
  return present(href).map((it) => ({ href: it, rel: "alternate", type: "" }));
}

function names(people: readonly { name?: string; email?: string }[] = []): string[] {
  return people.flatMap((person) => present(person.name ?? person.email));
}

function plain(value: string | undefined): DraftText {
  return { value: value ?? "", markup: "text", base: "" };
}

function html(value: string | undefined): DraftText {
  return { value: value ?? "", markup: "html", base: "" };
}

/** Without a type, text that has end tags was inline markup before it was wrapped. */
function rich(text: { value?: string; type?: string; xml?: { base?: string } } | undefined): DraftText {
  const value = text?.value ?? "";
  const isHtml = text?.type?.includes("html") === true || /<\/[a-z]/i.test(value);
  return { value, markup: isHtml ? "html" : "text", base: text?.xml?.base ?? "" };
}

function hasValue(text: DraftText): boolean {
  return text.value !== "";
}

function pictures(...urls: readonly (string | undefined)[]): DraftImage[] {
  return present(...urls).map((url) => ({ url, alt: "" }));
}

function present(...values: readonly (string | undefined)[]): string[] {
  return values.flatMap((value) => (value === undefined || value === "" ? [] : [value]));
}

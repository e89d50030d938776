import { type Tag, decodeAttribute, startTags } from "./discover-tags.ts";

export interface FeedLink {
  /** Absolute, http or https, without fragment. */
  readonly url: string;
  /** As the page calls it, white space folded; "" when it does not. */
  readonly title: string;
  /** Media type in lower case without parameters; "" when not named. */
  readonly type: string;
}

interface Candidate {
  readonly href: string;
  readonly title: string;
  readonly type: string;
  /** False: only its URL can tell whether it is a feed. */
  readonly declared: boolean;
}

const MAX_HTML_CHARS = 512 * 1024;
const MAX_LINKS = 20;
const MAX_TITLE_CHARS = 200;
const MAX_URL_CHARS = 2048;

/** Each takes a little work of its own, and no honest page has more. */
const MAX_CANDIDATES = 500;

const FEED_TYPE = /^(?:application|text)\/(?:(?:rss|atom|rdf)\+xml|feed\+json|xml)$/u;

/** oEmbed and WordPress's REST API are linked as alternates of plain JSON types, so for these the URL must speak too. */
const PERHAPS_FEED_TYPE = /^(?:application|text)\/(?:json|rss|atom|rdf)$/u;

const FEED_PATHS = [
  /\/(?:feed|rss2?|atom|rdf)$/u,
  /\/feed\/(?:rss2?|atom|rdf|json)$/u,
  /\/feeds\/posts\/default$/u,
  /\.(?:rss|atom|rdf)$/u,
  /\/[^/]*(?:feed|rss|atom)[^/]*\.(?:xml|json|php)$/u,
  /\/index\.xml$/u,
];

/** WordPress, Hugo, Jekyll and planet software, in the order of how often they are met. */
const USUAL_NAMES = ["feed", "atom.xml", "rss.xml", "feed.xml", "index.xml", "rss20.xml"];

/**
 * The feeds a page names: first its `link` elements of rel alternate or feed, then links in its text whose URL plainly is a
 * feed's; each in document order, but feeds of comments last; none twice, at most 20. Only the first 512 Ki characters count. The page itself is not one.
 */
export function findFeedLinks(html: string, baseUrl: string): readonly FeedLink[] {
  const { base, declared, mentioned } = readPage(html.slice(0, MAX_HTML_CHARS));
  const documentUrl = resolve(baseUrl, undefined)?.href;
  const resolvedBase = resolve(decodeAttribute(base), documentUrl)?.href ?? documentUrl;
  const links = new Map<string, FeedLink>();
  for (const candidate of [...declared, ...mentioned]) {
    const url = resolve(decodeAttribute(candidate.href), resolvedBase);
    if (url === null || url.href === documentUrl || links.has(url.href)) continue;
    if (!candidate.declared && !looksLikeFeed(url)) continue;
    const title = decodeAttribute(candidate.title).replaceAll(/\s+/gu, " ").trim();
    links.set(url.href, { url: url.href, title, type: candidate.type });
    if (links.size === MAX_LINKS) break;
  }
  return [...links.values()].sort((one, other) => Number(isOfComments(one)) - Number(isOfComments(other)));
}

/** WordPress and Blogger name a feed of comments beside the one that is meant, on the page of a post even before it. */
function isOfComments({ url, title }: FeedLink): boolean {
  return /\/comments\/|\bcomments?\b/iu.test(`${new URL(url).pathname} ${title}`);
}

/** Where feeds usually live below a site's address; at most six, for asking without being told is rude. */
export function usualFeedPaths(siteUrl: string): readonly string[] {
  const site = resolve(siteUrl, undefined);
  if (site === null) return [];
  site.search = "";
  const isPage = /\/[^/]*\.[^/]*$/u.test(site.pathname);
  if (!isPage && !site.pathname.endsWith("/")) site.pathname += "/";
  return USUAL_NAMES.map((name) => new URL(name, site).href);
}

function readPage(html: string): { base: string; declared: Candidate[]; mentioned: Candidate[] } {
  const declared: Candidate[] = [];
  const mentioned: Candidate[] = [];
  let base: string | null = null;
  for (const tag of startTags(html)) {
    if (tag.name === "base") base ??= tag.attributes.get("href") ?? null;
    if (tag.name === "link") addLink(declared, tag);
    if (tag.name === "a") addAnchor(mentioned, tag, html);
    if (declared.length + mentioned.length >= MAX_CANDIDATES) break;
  }
  return { base: base ?? "", declared, mentioned };
}

function addLink(candidates: Candidate[], { attributes }: Tag): void {
  const relations = new Set((attributes.get("rel") ?? "").toLowerCase().split(/\s+/u));
  const type = ((attributes.get("type") ?? "").split(";", 1)[0] ?? "").trim().toLowerCase();
  const href = attributes.get("href") ?? "";
  const isFeed = relations.has("feed") || (relations.has("alternate") && FEED_TYPE.test(type));
  const mayBeFeed = relations.has("alternate") && PERHAPS_FEED_TYPE.test(type);
  if (href.trim() === "" || !(isFeed || mayBeFeed)) return;
  const title = (attributes.get("title") ?? "").slice(0, MAX_TITLE_CHARS);
  candidates.push({ href, title, type, declared: isFeed });
}

/** A cheap look first: most links of a page have none of these words in them. */
function addAnchor(candidates: Candidate[], { attributes, endsAt }: Tag, html: string): void {
  const href = attributes.get("href") ?? "";
  if (!/feed|rss|atom|rdf|index\.xml/iu.test(href)) return;
  const text = html.slice(endsAt, endsAt + MAX_TITLE_CHARS).split("<", 1)[0] ?? "";
  const title = attributes.get("title")?.slice(0, MAX_TITLE_CHARS) ?? text;
  candidates.push({ href, title, type: "", declared: false });
}

/** A path or query that holds a whole URL belongs to a reader's or a validator's page about a feed. */
function looksLikeFeed(url: URL): boolean {
  const path = url.pathname.toLowerCase().replace(/\/$/u, "");
  const search = url.search.toLowerCase();
  if (/https?(?::|%3a)/u.test(path + search)) return false;
  if (/[?&]feed=(?:rss2?|atom|rdf)(?:&|$)/u.test(search)) return true;
  if (/^feeds2?\.feedburner\.com$/u.test(url.hostname)) return path !== "";
  return FEED_PATHS.some((pattern) => pattern.test(path));
}

/** `feed:` in front of a URL, or instead of http, was a browsers' convention. */
function resolve(href: string, base: string | undefined): URL | null {
  if (href.length > MAX_URL_CHARS) return null;
  const plain = href
    .trim()
    .replace(/^feed:(?=https?:)/iu, "")
    .replace(/^feed:\/\//iu, "http://");
  if (!URL.canParse(plain, base)) return null;
  const url = new URL(plain, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  url.hash = "";
  return url;
}

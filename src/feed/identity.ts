import { hash } from "node:crypto";
import type { FeedDocument, RawEntry } from "./entry.ts";
import { type Meaning, meaningOf } from "./meaning.ts";
import { foldName } from "./names.ts";
import { htmlToPlain } from "./text.ts";

/** Part of every key: keys of another version never match. */
const VERSION = "1";
/** Shorter texts recur ("Read more…") and prove nothing. */
const PROVING_CHARS = 100;
const TRACKING = /^(utm_\w+|fbclid|gclid|mc_cid|mc_eid|source)$/;

/** One post of a document, with the keys by which it is known again. */
export interface IdentifiedEntry {
  readonly entry: RawEntry;
  /** Any of these proves that it was seen, the most trusted first; of two with a space between them the first, unless the second is known. */
  readonly testKeys: readonly string[];
  /** All that are kept: the test keys, those in doubt, and those that show that it changed. */
  readonly keys: readonly string[];
  /** Made of everything. Where no other key can be trusted, an entry that has not changed at all is not news. */
  readonly wholeKey: string;
  /** So little tells that a later doubt, or a document in which links and dates tell nothing, could take it away. */
  readonly keepWhole: boolean;
  /** Tells whether an entry that is known says something else now. */
  readonly meaning: Meaning;
  /** The key of its link, by which it is known in other feeds, too; "" where the link may stand for more than this post. */
  readonly linkKey: string;
}

export interface IdentifiedDocument {
  readonly entries: readonly IdentifiedEntry[];
  /** Keys that two different posts of this document share: not to be trusted again in this feed. */
  readonly doubtfulKeys: readonly string[];
}

/** What can be compared of one entry. */
interface Marks {
  readonly guid: string;
  readonly link: string;
  readonly title: string;
  readonly author: string;
  readonly text: string;
  readonly date: string;
}

interface Post {
  readonly entry: RawEntry;
  readonly marks: Marks;
  readonly guids: Set<string>;
}

function key(kind: string, ...parts: readonly string[]): string {
  return hash("sha256", [VERSION, kind, ...parts].join("\0"), "base64url").slice(0, 11);
}

/** The link without what changes when a site moves to https, adds tracking or a slash. The fragment stays: changelogs use it. */
function canonicalLink(link: string): string {
  if (!URL.canParse(link)) return link.trim();
  const url = new URL(link);
  for (const name of Array.from(url.searchParams.keys())) if (TRACKING.test(name)) url.searchParams.delete(name);
  const path = url.pathname.replace(/\/$/, "");
  return `${url.host.replace(/^www\./, "")}${path}${url.search}${url.hash}`;
}

function marksOf(entry: RawEntry): Marks {
  return {
    guid: entry.guid,
    link: entry.link === "" ? "" : canonicalLink(entry.link),
    title: entry.titleRaw.toLowerCase(),
    author: foldName(entry.authorRaw),
    text: htmlToPlain(entry.html).toLowerCase(),
    date: entry.publishedAt ?? "",
  };
}

function provesText(marks: Marks): boolean {
  return marks.text.length >= PROVING_CHARS;
}

/** A date on the full hour is often a day or a default, shared by what is published then. */
function provesDate(marks: Marks): boolean {
  return marks.date !== "" && !marks.date.slice(0, 19).endsWith(":00:00");
}

/**
 * Whether two entries of one document are one post: alike in everything a reader could tell them apart by, or two versions
 * of one id (RFC 4287 section 4.1.1 allows them).
 */
function samePost(a: Marks, b: Marks): boolean {
  const sameText = a.text === b.text;
  const sameByline = a.title === b.title && a.author === b.author;
  if (a.guid === b.guid && a.link === b.link && sameByline && sameText && a.date === b.date) return true;
  if (a.link === "" || a.link !== b.link) return false;
  const alike = (sameText && provesText(a)) || (a.date === b.date && provesDate(a));
  if (a.guid !== "" && a.guid === b.guid) return a.title === b.title || alike;
  return a.title !== "" && sameByline && a.date === b.date && sameText && provesText(a);
}

function collapse(entries: readonly RawEntry[]): Post[] {
  const posts: Post[] = [];
  const byMark = new Map<string, Post[]>();
  for (const entry of entries) {
    const marks = marksOf(entry);
    const handle = marks.link === "" ? `g${marks.guid}` : `l${marks.link}`;
    const near = byMark.get(handle) ?? [];
    // A document of one link for everything must not cost its square.
    const twin = near.slice(-20).find((post) => samePost(post.marks, marks));
    if (twin !== undefined) {
      twin.guids.add(marks.guid);
      continue;
    }
    const post = { entry, marks, guids: new Set([marks.guid]) };
    posts.push(post);
    byMark.set(handle, [...near.slice(-20), post]);
  }
  return posts;
}

interface KeyUse {
  readonly id: string;
  readonly test: boolean;
  /** Where this key was seen, too, the first one proves nothing. */
  readonly unless?: string;
}

/** How far links and dates tell the posts of a document apart. */
interface Discrimination {
  readonly links: ReadonlySet<string>;
  readonly site: string | null;
  /** Dates that one post alone has, where nearly every post has its own. */
  readonly dates: ReadonlySet<string>;
}

const SAFE_KEYS = 2;
const TELLING_DATES = 3;
const TELLING_SHARE = 0.8;

function discrimination(posts: readonly Post[], siteUrl: string): Discrimination {
  const dates = posts.map((post) => post.marks.date).filter((date) => date !== "");
  const counts = new Map<string, number>();
  for (const date of dates) counts.set(date, (counts.get(date) ?? 0) + 1);
  const own = dates.filter((date) => counts.get(date) === 1);
  const telling = own.length >= TELLING_DATES && own.length >= dates.length * TELLING_SHARE;
  return {
    links: new Set(posts.map((post) => post.marks.link)),
    site: siteUrl === "" ? null : canonicalLink(siteUrl),
    dates: new Set(telling ? own : []),
  };
}

/**
 * A link that another post of the document has, the site's own address and the root of a host are no one post's. Where a
 * document has one link and names no site, nobody knows.
 */
function linkKeyOf({ marks }: Post, { links, site }: Discrimination, shared: (id: string) => boolean): string {
  const id = key("link", marks.link);
  const isPage = marks.link.includes("/") || /[?#]/.test(marks.link);
  const isOwn = marks.link !== site && (links.size > 1 || site !== null);
  return isPage && isOwn && !shared(id) ? id : "";
}

/** A host publishes the same words every week under a new guid and date; on another host they are the same post, moved. */
function hostOf(canonical: string): string {
  return canonical.split("/")[0] ?? "";
}

function toTest({ id, unless }: KeyUse): string {
  return unless === undefined ? id : `${id} ${unless}`;
}

function keysOf(post: Post, { links, site, dates }: Discrimination): KeyUse[] {
  const { marks, guids } = post;
  const linksDiscriminate = links.size > 1 && marks.link !== site;
  const uses: KeyUse[] = [];
  const named = [...guids].filter((guid) => guid !== "");
  for (const guid of named) uses.push({ id: key("guid", guid), test: true });
  if (marks.link !== "") {
    uses.push({ id: key("link", marks.link), test: named.length === 0 && linksDiscriminate });
    if (marks.title !== "") uses.push({ id: key("link+title", marks.link, marks.title), test: linksDiscriminate });
  }
  const byline = [marks.author, marks.title];
  const provesPost = marks.title !== "" && provesText(marks);
  const here = key("host+title+text", hostOf(marks.link), ...byline, marks.text);
  uses.push(
    { id: key("title+text", ...byline, marks.text), test: provesPost, unless: here },
    { id: here, test: false },
  );
  // Without a guid only a date could say that this is another post, and dates never decide.
  if (named.length === 0)
    uses.push({ id: key("link+title+text", marks.link, ...byline, marks.text), test: provesPost });
  if (marks.date !== "")
    uses.push({
      id: key("title+date", ...byline, marks.date),
      test: marks.title !== "" && (dates.has(marks.date) || provesDate(marks)),
    });
  return uses;
}

function wholeKey({ marks }: Post): string {
  return key("whole", marks.guid, marks.link, marks.title, marks.author, marks.text, marks.date);
}

/**
 * Gives each post of a document its identity keys. A new guid alone does not make news, and neither does a known title keep
 * one back: link, title, text and date must agree in pairs. Where a key is shared by two posts of the document it is
 * doubtful; doubt is decided for posting, since a repeat annoys and a loss is unforgivable.
 */
export function identify(document: Pick<FeedDocument, "entries" | "siteUrl">): IdentifiedDocument {
  const posts = collapse(document.entries);
  const told = discrimination(posts, document.siteUrl);
  const uses = posts.map((post) => keysOf(post, told));
  const owners = new Map<string, number>();
  for (const list of uses)
    for (const id of new Set(list.map((use) => use.id))) owners.set(id, (owners.get(id) ?? 0) + 1);
  const isShared = (id: string): boolean => owners.get(id) !== 1;
  const shared = (use: KeyUse): boolean => isShared(use.id);
  const entries = posts.map((post, i): IdentifiedEntry => {
    const own = uses[i] ?? [];
    const testKeys = own.filter((use) => use.test && !shared(use)).map(toTest);
    const keys = [...new Set(own.map((use) => use.id))];
    const hasGuid = testKeys.includes(key("guid", post.marks.guid));
    const keepWhole = !hasGuid || testKeys.length < SAFE_KEYS;
    const meaning = meaningOf(post.entry.titleRaw, post.marks.text);
    const linkKey = linkKeyOf(post, told, isShared);
    return { entry: post.entry, testKeys, keys, wholeKey: wholeKey(post), keepWhole, meaning, linkKey };
  });
  const doubtful = uses.flat().filter(shared);
  return { entries, doubtfulKeys: [...new Set(doubtful.map((use) => use.id))] };
}

/** The kinds of keys by which the store may know an entry, best first, as people call them. */
export type KeyKind = "guid" | "link" | "link and title" | "title and text" | "title and date" | "everything in it";

/** The keys that an address may have, as an entry's link or as its guid. */
export function keysOfAddress(address: string): string[] {
  const bare = address.replace(/#.*$/, "");
  const links = [...new Set([canonicalLink(address), canonicalLink(bare)])];
  return [key("guid", address), ...links.map((link) => key("link", link))];
}

/** Which of an entry's keys are of which kind, the most trusted first. Entries in a document may have fewer. */
export function keyKinds(entry: RawEntry): { readonly kind: KeyKind; readonly key: string }[] {
  const marks = marksOf(entry);
  const byline = [marks.author, marks.title];
  return [
    { kind: "guid", key: key("guid", marks.guid) },
    { kind: "link and title", key: key("link+title", marks.link, marks.title) },
    { kind: "link", key: key("link", marks.link) },
    { kind: "title and text", key: key("title+text", ...byline, marks.text) },
    { kind: "title and date", key: key("title+date", ...byline, marks.date) },
    {
      kind: "everything in it",
      key: key("whole", marks.guid, marks.link, marks.title, marks.author, marks.text, marks.date),
    },
  ];
}

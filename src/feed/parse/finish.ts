import { firstDate } from "./dates.ts";
import type { DraftEntry, DraftFeed, DraftImage, DraftLink, DraftPeople, DraftText } from "./draft.ts";
import { decodeEntities } from "./entities.ts";
import type { FeedDocument, RawEntry } from "../entry.ts";
import { absoluteLinks, absoluteUrl, innerBase } from "./links.ts";
import { cleanAuthor, joinPeople } from "../names.ts";
import type { FeedHead } from "../membership.ts";
import type { DraftPace } from "./pace.ts";
import { findPlanet } from "../planet.ts";
import { cutChars, hasEvidentMarkup, htmlToPlain, titleText } from "../text.ts";

const maxEntries = 2_000;
const maxContentChars = 65_536;
/** Whether there are words is mostly seen at the beginning. */
const seenChars = 2_000;
const maxGuidChars = 2_000;
const maxTtlSeconds = 7 * 24 * 3_600;

/** Draft to document: fields chosen, links absolute, dates read, everything within its limit. */
export function finishFeed(draft: DraftFeed, documentUrl: string, whole: boolean): FeedDocument {
  const base = innerBase(draft.base, documentUrl);
  const siteUrl = bestLink(
    draft.links.filter((link) => link.rel !== "self"),
    base,
  );
  const kept = newest(draft.entries);
  const entries = kept.map((entry) => finishEntry(entry, base, siteUrl || documentUrl));
  const head = { title: titleText(draft.title.value, draft.title.markup), siteUrl };
  return {
    ...head,
    entries: inheritAuthor(entries, authorOf(draft.authors), head),
    whole: whole && kept.length === draft.entries.length,
    ttlSeconds: ttlSeconds(draft.pace),
    skip: { hours: wishes(draft.pace.skipHours, 24), days: wishes(draft.pace.skipDays, 7) },
  };
}

function ttlSeconds({ ttlMinutes, updateMinutes }: DraftPace): number | null {
  const seconds = Math.round(Math.max(ttlMinutes, updateMinutes) * 60);
  return seconds > 0 ? Math.min(seconds, maxTtlSeconds) : null;
}

/** Each once, rising. A feed that wants to be skipped at all times means none. */
function wishes(times: readonly number[], all: number): readonly number[] {
  const unique = [...new Set(times)].sort((a, b) => a - b);
  return unique.length < all ? unique : [];
}

/** At most 2,000 entries: the first, as feeds begin with the newest, or the last where dates say that the document runs the other way. */
function newest(entries: readonly DraftEntry[]): readonly DraftEntry[] {
  if (entries.length <= maxEntries) return entries;
  const first = firstDate(entries[0]?.published ?? []);
  const last = firstDate(entries.at(-1)?.published ?? []);
  const isAscending = first !== null && last !== null && first < last;
  return isAscending ? entries.slice(-maxEntries) : entries.slice(0, maxEntries);
}

/** Entries that name no author have the feed's, unless their titles name the members of a planet. */
function inheritAuthor(entries: readonly RawEntry[], author: string, feed: FeedHead): readonly RawEntry[] {
  if (author === "" || findPlanet(entries, new Set(), feed) !== null) return entries;
  return entries.map((entry) => (entry.authorRaw === "" ? { ...entry, authorRaw: author } : entry));
}

function finishEntry(draft: DraftEntry, feedBase: string, siteUrl: string): RawEntry {
  const base = innerBase(draft.base, feedBase);
  const link = entryLink(draft, base);
  const published = firstDate(draft.published);
  const updated = firstDate(draft.updated);
  return {
    guid: cutChars(draft.guid.trim(), maxGuidChars),
    link,
    titleRaw: titleText(draft.title.value, draft.title.markup),
    authorRaw: authorOf(draft.authors),
    sourceRaw: sourceTitle(draft.source),
    publishedAt: published ?? updated,
    updatedAt: updated,
    html: fullestHtml(draft, draft.base === "" ? link || siteUrl : base),
    ...imageOf(draft.images, link || base),
  };
}

function imageOf(images: readonly DraftImage[], base: string): Pick<RawEntry, "image" | "imageAlt"> {
  for (const { url, alt } of images) {
    const image = absoluteUrl(url, base);
    if (image !== "") return { image, imageAlt: titleText(alt, "html") };
  }
  return { image: "", imageAlt: "" };
}

/** All whom the first kind of element names that has a name in it; an address alone comes last. */
function authorOf(written: DraftPeople): string {
  const groups = written.map((people) =>
    people.map((person) => cleanAuthor(titleText(person, "html"))).filter((name) => name !== ""),
  );
  const named = groups.map((people) => people.filter((name) => !/^\S+@\S+$/.test(name)));
  return joinPeople([...named, ...groups].find((people) => people.length > 0) ?? []);
}

function sourceTitle(written: string): string {
  return /^\w{2,10}:\S*$/.test(written) ? "" : titleText(written, "html");
}

/** The page of an entry, or what comes nearest: its guid where that is an address, the file it encloses. */
function entryLink(draft: DraftEntry, base: string): string {
  const page = bestLink(draft.links, base);
  if (page !== "") return page;
  const guid = draft.guidIsLink && /^https?:/i.test(draft.guid) ? absoluteUrl(draft.guid, base) : "";
  return guid || linkByRel(draft.links, "enclosure", base);
}

function bestLink(links: readonly DraftLink[], base: string): string {
  const html = links.filter((link) => link.type === "" || link.type.includes("html"));
  const [found = ""] = [
    linkByRel(html, "alternate", base),
    linkByRel(links, "alternate", base),
    linkByRel(links, "canonical", base),
    linkByRel(links, "via", base),
    linkByRel(links, "self", base),
  ].filter((url) => url !== "");
  return found;
}

function linkByRel(links: readonly DraftLink[], rel: string, base: string): string {
  const urls = links.filter((link) => link.rel === rel).map((link) => absoluteUrl(link.href, base));
  return urls.find((url) => url !== "") ?? "";
}

/** The first content, unless a later one says clearly more; where it says nothing (a picture alone), one with words behind it. */
function fullestHtml(draft: DraftEntry, base: string): string {
  let best: DraftText | undefined;
  for (const content of draft.contents) {
    if (best === undefined || content.value.length > best.value.length * 1.5) best = content;
  }
  if (best === undefined) return "";
  const others = saysNothing(best) ? draft.contents.filter((content) => !saysNothing(content)).slice(0, 1) : [];
  return cutChars([best, ...others].map((content) => htmlOf(content, base)).join("\n"), maxContentChars);
}

/** Plain tags and white space, and then a letter: most contents begin so. */
const beginsWithWords =
  /^(?:\s|<(?!script|style|head|template|noframes)\/?[a-z][a-z\d]{0,12}(?:\s[a-z-]{1,20}="[^"<>]{0,500}")*\s?\/?>)*[^\s<&]/i;

function saysNothing(content: DraftText): boolean {
  if (beginsWithWords.test(content.value.slice(0, seenChars))) return false;
  return (
    htmlToPlain(content.value.slice(0, seenChars).replace(/<[^<>]*$/, "")) === "" && htmlToPlain(content.value) === ""
  );
}

function htmlOf(content: DraftText, base: string): string {
  const cut = cutChars(content.value, maxContentChars);
  const opened = unescapedTwice(cut);
  const html = content.markup === "html" || hasEvidentMarkup(opened) ? opened : textToHtml(cut);
  return absoluteLinks(html, innerBase(content.base, base));
}

/** Content that begins with an escaped tag and holds no other was escaped once too often, or twice. */
function unescapedTwice(html: string): string {
  if (/^\s*&amp;lt;[a-z!]/i.test(html) && !/<[a-z/]/i.test(html)) return unescapedTwice(decodeEntities(html));
  const isEscaped =
    /^\s*&lt;(?:!--|(?:p|div|h[1-6]|[ou]l|a|img|span|strong|em|section|article|figure|blockquote|table|pre|br|b|i)\b)/i.test(
      html,
    );
  return isEscaped && !/<[a-z/]/i.test(html) ? decodeEntities(html) : html;
}

function textToHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replace(/\r?\n/g, "<br>");
}

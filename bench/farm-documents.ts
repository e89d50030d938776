import { atomDocument, type DocumentEntry, rssDocument } from "../test/chaos/farm-document.ts";
import { entryUrl, isAtom } from "./farm-plan.ts";

const ENTRIES = 20;
const PLANET_ENTRIES = 60;
/** Per entry; with what is around them a document comes to 31 to 60 KB. */
const LEAST_ENTRY_BYTES = 870;
const ENTRY_SPREAD_BYTES = 1300;
const PLANET_ENTRY_BYTES = 17_500;
/** Atom escapes its markup, which makes it longer. */
const ATOM_SHARE = 0.84;
const FIRST_ENTRY = 1000;
const HOUR_MS = 3_600_000;

const WORDS =
  "feed planet release kernel driver patch review branch commit build test server client socket buffer stream parser entry author title summary channel message delivery window thread memory cache index query result update notice archive mirror package version maintainer community conference slides question answer".split(
    " ",
  );

/** A paragraph as blog engines write it: links, emphasis and code among the words. Deterministic. */
function paragraph(seed: number): string {
  const words = Array.from({ length: 60 }, (_, i) => {
    const word = WORDS[(seed * 31 + i * i * 7 + i * 13) % WORDS.length] ?? "";
    if (i % 19 === 7) return `<a href="https://example.org/${word}/${String(seed)}?a=1&amp;b=2">${word}</a>`;
    if (i % 23 === 11) return `<em>${word}</em>`;
    return i % 29 === 17 ? `<code>${word}()</code>` : word;
  });
  return `<p>${words.join(" ")}.</p>\n`;
}

const PARAGRAPHS = Array.from({ length: 97 }, (_, seed) => paragraph(seed));

function html(feed: number, entry: number, bytes: number): string {
  let text = `<p>Entry ${String(entry)} of blog ${String(feed)}.</p>\n`;
  for (let i = 0; text.length < bytes; i += 1) text += PARAGRAPHS[(feed * 7 + entry * 3 + i) % PARAGRAPHS.length] ?? "";
  return text;
}

function entryBytes(feed: number, isPlanet: boolean): number {
  const bytes = isPlanet
    ? PLANET_ENTRY_BYTES
    : LEAST_ENTRY_BYTES + ((feed * 7919) % 1000) * (ENTRY_SPREAD_BYTES / 1000);
  return isAtom(feed) ? bytes * ATOM_SHARE : bytes;
}

function documentEntry(feed: number, number: number, bytes: number): DocumentEntry {
  return {
    guid: `tag:blog-${String(feed)}.example.org,2026:entry-${String(number)}-what-changed-and-why`,
    url: entryUrl(feed, number),
    title: `What changed in ${WORDS[(feed + number * 5) % WORDS.length] ?? ""} ${String(number)} & why`,
    author: `Writer ${String.fromCharCode(65 + (number % 5))}. Of ${String(feed % 50)}`,
    html: html(feed, number, bytes),
    datedMs: Date.UTC(2026, 0, 1) + number * HOUR_MS + (feed % 59) * 60_000,
  };
}

/** The highest number of an entry in the document after so many changes; each change brings one entry. */
export function newestEntry(version: number): number {
  return FIRST_ENTRY + version;
}

/** The document of a feed after so many changes: always the same bytes. */
export function documentOf(feed: number, version: number, isPlanet: boolean): string {
  const bytes = entryBytes(feed, isPlanet);
  const newest = newestEntry(version);
  const entries = Array.from({ length: isPlanet ? PLANET_ENTRIES : ENTRIES }, (_, i) =>
    documentEntry(feed, newest - i, bytes),
  );
  const site = `https://blog-${String(feed)}.example.org/`;
  const head = { title: `Blog ${String(feed)}`, feedUrl: `${site}feed.xml`, siteUrl: site };
  return isAtom(feed) ? atomDocument(head, entries) : rssDocument(head, entries);
}

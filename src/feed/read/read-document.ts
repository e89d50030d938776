import { type FeedLink, findFeedLinks } from "../discover/discover.ts";
import type { FeedDocument, RawEntry } from "../entry.ts";
import { identify, type IdentifiedDocument } from "../identity.ts";
import { type DocumentOrigin, parseFeed } from "../parse/parse.ts";
import { cutChars } from "../text.ts";

/** A document with its posts told apart: what is recorded of it. HTML is as long as it is kept. */
export interface ReadDocument extends Omit<FeedDocument, "entries">, IdentifiedDocument {}

export type ReadOutcome =
  | { readonly kind: "feed"; readonly document: ReadDocument }
  /** `reason` is for a person; `links` are the feeds that an HTML page names, null where it is none. */
  | { readonly kind: "not-a-feed"; readonly reason: string; readonly links: readonly FeedLink[] | null };

/** Enough for a summary, an edit check and search. */
const keptHtmlChars = 20_000;

/**
 * Everything that costs: decoding, parsing, identity, and on a page the search for its feeds. Pure, so that it is the same in
 * whichever thread it runs; what it returns is only what is kept, since it may have to be copied from there.
 */
export async function readDocument(bytes: Buffer, origin: DocumentOrigin): Promise<ReadOutcome> {
  const parsed = await parseFeed(bytes, origin);
  if (parsed.kind === "feed") return { kind: "feed", document: toReadDocument(parsed.document) };
  const { reason, html } = parsed;
  return { kind: "not-a-feed", reason, links: html === null ? null : findFeedLinks(html, origin.url) };
}

/** Identity is taken from the whole text, before it is cut. */
export function toReadDocument(document: FeedDocument): ReadDocument {
  const { entries, doubtfulKeys } = identify(document);
  const cut = entries.map((item) => ({ ...item, entry: withKeptHtml(item.entry) }));
  return { ...document, entries: cut, doubtfulKeys };
}

function withKeptHtml(entry: RawEntry): RawEntry {
  const html = cutChars(entry.html, keptHtmlChars);
  return html === entry.html ? entry : { ...entry, html, htmlChars: entry.html.length };
}

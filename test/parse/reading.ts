import { readFileSync } from "node:fs";
import type { FeedDocument, RawEntry } from "../../src/feed/entry.ts";
import { parseFeed, type ParseOutcome } from "../../src/feed/parse/parse.ts";

export const feedUrl = "https://reader.example/feeds/main.xml";

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/feeds/${name}`, import.meta.url));
}

export async function parse(document: string | Buffer, contentType = ""): Promise<ParseOutcome> {
  return parseFeed(Buffer.from(document), { url: feedUrl, contentType, whole: true });
}

/** The document, or a failure that says why it is none. */
export async function read(document: string | Buffer, contentType = ""): Promise<FeedDocument> {
  const outcome = await parse(document, contentType);
  if (outcome.kind === "not-a-feed") throw new Error(`not a feed: ${outcome.reason}`);
  return outcome.document;
}

export async function readFirst(document: string | Buffer, contentType = ""): Promise<RawEntry> {
  const [first] = (await read(document, contentType)).entries;
  if (first === undefined) throw new Error("no entries");
  return first;
}

export async function titles(document: string | Buffer): Promise<readonly string[]> {
  return (await read(document)).entries.map((entry) => entry.titleRaw);
}

/** An RSS document of one item. */
export function rssOf(item: string): string {
  return `<?xml version="1.0"?>\n<rss version="2.0"><channel><title>One</title><link>https://one.example/</link><item>${item}</item></channel></rss>`;
}

/** An Atom document of one entry. */
export function atomOf(entry: string): string {
  return `<feed xmlns="http://www.w3.org/2005/Atom"><title>One</title><id>one</id><entry><id>e1</id>${entry}</entry></feed>`;
}

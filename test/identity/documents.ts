import type { FeedDocument, RawEntry } from "../../src/feed/entry.ts";
import { type ReadDocument, toReadDocument } from "../../src/feed/read/read-document.ts";

/** The n-th entry of a feed where everything is in order: everything about it differs from all others, and proves. */
export function entry(n: number, values: Partial<RawEntry> = {}): RawEntry {
  return {
    guid: `urn:example:${String(n)}`,
    link: `https://planet.example/posts/${String(n)}`,
    titleRaw: `Post ${String(n)}`,
    authorRaw: "Ada Example",
    sourceRaw: "",
    publishedAt: new Date(Date.UTC(2024, 0, 1, n, 17, 5)).toISOString(),
    updatedAt: null,
    html: `<p>${longText(`Post ${String(n)}`)}</p>`,
    image: "",
    imageAlt: "",
    ...values,
  };
}

/** Long enough to prove, and like no other subject's. */
export function longText(subject: string): string {
  return `${subject} is about a subject of its own, and it says so at such length that nobody could take this text for that of another post.`;
}

/** A document as it is read. Entries in document order; newest first is usual. */
export function documentOf(entries: readonly RawEntry[], values: Partial<FeedDocument> = {}): ReadDocument {
  return toReadDocument({
    title: "Test planet",
    siteUrl: "https://planet.example/",
    whole: true,
    ttlSeconds: null,
    skip: { hours: [], days: [] },
    ...values,
    entries,
  });
}

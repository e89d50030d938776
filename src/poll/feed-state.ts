import type { Validators } from "../feed/fetch/outcome.ts";
import type { FeedFields } from "../store/feed-store.ts";

/** What is known of a feed besides its entries. Times are Redis time in ms, 0 for never. */
export interface FeedState {
  readonly url: string;
  readonly title: string;
  readonly siteUrl: string;
  readonly validators: Validators;
  readonly bodyHash: string;
  /** The reading version that the validators belong to. */
  readonly readingVersion: number;
  /** It was read whole at least once: from then on unseen entries are news. */
  readonly read: boolean;
  readonly lastOkAtMs: number;
  readonly intervalMs: number;
  readonly failures: number;
  readonly failingSinceMs: number;
  readonly failure: string;
  readonly gone: boolean;
  /** The document's own ttl; null when it has none. */
  readonly ttlMs: number | null;
}

export function toFeedState(fields: FeedFields): FeedState | null {
  const { url } = fields;
  if (url === undefined) return null;
  const number = (name: string): number => Number(fields[name] ?? 0);
  return {
    url,
    title: fields["title"] ?? "",
    siteUrl: fields["siteUrl"] ?? "",
    validators: { etag: fields["etag"] || null, lastModified: fields["lastModified"] || null },
    bodyHash: fields["bodyHash"] ?? "",
    readingVersion: number("readingVersion"),
    read: fields["read"] === "1",
    lastOkAtMs: number("lastOkAtMs"),
    intervalMs: number("intervalMs"),
    failures: number("failures"),
    failingSinceMs: number("failingSinceMs"),
    failure: fields["failure"] ?? "",
    gone: fields["gone"] === "1",
    ttlMs: fields["ttlMs"] ? Number(fields["ttlMs"]) : null,
  };
}

import { hash } from "node:crypto";
import type { FeedLink } from "../feed/discover/discover.ts";
import type { Fetcher } from "../feed/fetch/fetch.ts";
import type { FetchOutcome, HostGate, ModifiedOutcome, Validators } from "../feed/fetch/outcome.ts";
import type { DocumentReader } from "../feed/read/document-reader.ts";
import type { ReadDocument } from "../feed/read/read-document.ts";

/** 132 bits: enough to tell bodies of one publisher apart, and half as long in every feed's state. */
const HASH_CHARS = 22;

/** What one look at a URL brought. */
export type Reading =
  | {
      readonly kind: "feed";
      readonly response: ModifiedOutcome;
      readonly bodyHash: string;
      readonly document: ReadDocument;
    }
  /** The same bytes as the time before. */
  | { readonly kind: "same"; readonly response: ModifiedOutcome }
  | {
      readonly kind: "not-a-feed";
      readonly response: ModifiedOutcome;
      readonly reason: string;
      /** The feeds that it names; null when it is no HTML page. */
      readonly links: readonly FeedLink[] | null;
    }
  | Exclude<FetchOutcome, ModifiedOutcome>;

export interface ReadingRequest {
  readonly url: string;
  readonly validators: Validators | null;
  /** "" when every body must be parsed. */
  readonly knownBodyHash: string;
}

export interface ReadingDeps {
  readonly fetcher: Fetcher;
  readonly reader: DocumentReader;
  readonly gate: HostGate;
}

export async function readUrl(
  { fetcher, reader, gate }: ReadingDeps,
  request: ReadingRequest,
  signal: AbortSignal,
): Promise<Reading> {
  const response = await fetcher.fetch({ url: request.url, validators: request.validators }, gate, signal);
  if (response.kind !== "modified") return response;
  const bodyHash = hash("sha256", response.body, "base64url").slice(0, HASH_CHARS);
  if (response.whole && bodyHash === request.knownBodyHash) return { kind: "same", response };
  const { url, contentType, whole, status } = response;
  const read = await reader.read(response.body, { url, contentType, status, whole }, signal);
  switch (read.kind) {
    case "feed":
      return { kind: "feed", response, bodyHash, document: read.document };
    case "not-a-feed":
      return { kind: "not-a-feed", response, reason: read.reason, links: read.links };
    case "given-up":
      return { kind: "try-later", reason: read.reason, status, retryAfterMs: null };
  }
}

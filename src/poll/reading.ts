import { createHash } from "node:crypto";
import type { FeedDocument } from "../feed/entry.ts";
import type { Fetcher } from "../feed/fetch/fetch.ts";
import type { FetchOutcome, HostGate, ModifiedOutcome, Validators } from "../feed/fetch/outcome.ts";
import { parseFeed } from "../feed/parse/parse.ts";

/** What one look at a URL brought. */
export type Reading =
  | {
      readonly kind: "feed";
      readonly response: ModifiedOutcome;
      readonly bodyHash: string;
      readonly document: FeedDocument;
    }
  /** The same bytes as the time before. */
  | { readonly kind: "same"; readonly response: ModifiedOutcome }
  | {
      readonly kind: "not-a-feed";
      readonly response: ModifiedOutcome;
      readonly reason: string;
      readonly html: string | null;
    }
  | Exclude<FetchOutcome, ModifiedOutcome>;

export interface ReadingRequest {
  readonly url: string;
  readonly validators: Validators | null;
  /** "" when every body must be parsed. */
  readonly knownBodyHash: string;
}

export async function readUrl(
  fetcher: Fetcher,
  gate: HostGate,
  request: ReadingRequest,
  signal: AbortSignal,
): Promise<Reading> {
  const response = await fetcher.fetch({ url: request.url, validators: request.validators }, gate, signal);
  if (response.kind !== "modified") return response;
  const bodyHash = createHash("sha256").update(response.body).digest("base64url");
  if (response.whole && bodyHash === request.knownBodyHash) return { kind: "same", response };
  const parsed = await parseFeed(response.body, {
    url: response.url,
    contentType: response.contentType,
    whole: response.whole,
  });
  if (parsed.kind === "not-a-feed") return { kind: "not-a-feed", response, reason: parsed.reason, html: parsed.html };
  return { kind: "feed", response, bodyHash, document: parsed.document };
}

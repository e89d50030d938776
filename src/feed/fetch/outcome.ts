/** What a server gave for the next conditional request, verbatim (quotes and `W/` included); null when it gave none. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface FetchRequest {
  readonly url: string;
  /** Sent only to exactly this URL; null asks unconditionally. */
  readonly validators: Validators | null;
}

/** A document was read, perhaps only its beginning. */
export interface ModifiedOutcome {
  readonly kind: "modified";
  /** The URL that answered, without fragment. */
  readonly url: string;
  /** That URL when there were redirects and every one was permanent (301, 308), else null. */
  readonly movedTo: string | null;
  /** Decompressed. */
  readonly body: Buffer;
  /** How much of it travelled, without what was cut off. */
  readonly wireBytes: number;
  /** False: the document's end was not seen, so nobody may conclude that what is absent is gone. */
  readonly whole: boolean;
  /** Null also when the server itself calls the answer a part (206, 226), with `whole` false. */
  readonly cutBy: "cap" | "connection" | null;
  readonly status: number;
  /** The header as written; "" when there is none. */
  readonly contentType: string;
  /** To be stored for the URL that was asked: both null after any redirect, and when the document is not whole. */
  readonly validators: Validators;
  /** Remaining freshness (RFC 9111 §4.2); null when the server says nothing of it. */
  readonly freshForMs: number | null;
}

export interface NotModifiedOutcome {
  readonly kind: "not-modified";
  /** Those of the request, replaced where the answer names new ones. */
  readonly validators: Validators;
  readonly freshForMs: number | null;
}

/** 410 from the URL that was asked, or from where it has permanently moved; behind a temporary redirect it is `refused`. */
export interface GoneOutcome {
  readonly kind: "gone";
  readonly status: 410;
}

/** 408, 425, 429, 5xx, an answer without a document, time-outs, DNS and connection failures. */
export interface TryLaterOutcome {
  readonly kind: "try-later";
  /** For a person; holds no text of the server's. */
  readonly reason: string;
  readonly status: number | null;
  /** From Retry-After, as asked, without any ceiling; null when it was not given or not readable. */
  readonly retryAfterMs: number | null;
}

/** Asking again soon will not help: other 4xx, a private address, a bad URL, too many redirects, TLS problems. */
export interface RefusedOutcome {
  readonly kind: "refused";
  /** For a person; holds no text of the server's. */
  readonly reason: string;
  readonly status: number | null;
}

/** Another request to a host of this chain is under way: nothing was learned. */
export interface HostBusyOutcome {
  readonly kind: "host-busy";
}

export type FetchOutcome =
  | ModifiedOutcome
  | NotModifiedOutcome
  | GoneOutcome
  | TryLaterOutcome
  | RefusedOutcome
  | HostBusyOutcome;

/**
 * Asked before a host is, with `URL.host` (port included where it is not the scheme's own). Null: that host is busy.
 * The function it gives back is called once, when the answer has been read.
 */
export type HostGate = (host: string) => Promise<null | (() => Promise<void>)>;

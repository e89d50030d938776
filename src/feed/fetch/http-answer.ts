import type { ReadBody } from "./http-body.ts";
import { type Headers, NO_VALIDATORS, freshForMs, headerValue, readValidators, retryAfterMs } from "./http-headers.ts";
import type {
  FetchOutcome,
  GoneOutcome,
  ModifiedOutcome,
  NotModifiedOutcome,
  RefusedOutcome,
  TryLaterOutcome,
  Validators,
} from "./outcome.ts";
import { statusInWords } from "./status-words.ts";

/** How a hop was reached: the URL asked for, one behind permanent redirects only, or one behind any other. */
export type HopPosition = "asked" | "moved" | "moved-for-now";

export interface HopRequest {
  readonly url: URL;
  /** Only for the URL asked for. */
  readonly validators: Validators | null;
  readonly position: HopPosition;
}

export interface AnswerHead {
  readonly statusCode: number;
  readonly headers: Headers;
}

export interface Redirect {
  readonly kind: "redirect";
  /** As written: perhaps relative, perhaps no URL at all. */
  readonly location: string;
  readonly permanent: boolean;
}

const DOCUMENTS: ReadonlySet<number> = new Set([200, 203, 206, 226]);
const PARTS: ReadonlySet<number> = new Set([206, 226]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const PERMANENT_REDIRECTS: ReadonlySet<number> = new Set([301, 308]);
const TRY_LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/** Does the body belong to the feed? Otherwise status and headers say everything. */
export function carriesDocument(status: number): boolean {
  return DOCUMENTS.has(status);
}

/** Where the next hop stands: one redirect that is not permanent makes the whole chain temporary. */
export function positionAfter(position: HopPosition, redirect: Redirect): HopPosition {
  return redirect.permanent && position !== "moved-for-now" ? "moved" : "moved-for-now";
}

/** What an answer means whose body is of no interest. */
export function withoutDocument(request: HopRequest, answer: AnswerHead): FetchOutcome | Redirect {
  const { statusCode: status, headers } = answer;
  const location = headerValue(headers, "location");
  if (REDIRECTS.has(status) && location !== null) {
    return {
      kind: "redirect",
      location: utf8(location),
      permanent: PERMANENT_REDIRECTS.has(status),
    };
  }
  if (status === 304 && request.validators !== null) {
    return notModified(request.validators, headers);
  }
  return failedStatus(request, answer);
}

/** Raw UTF-8 in a Location arrives as latin1 text; what is not UTF-8 stays as it is. */
function utf8(location: string): string {
  const decoded = Buffer.from(location, "latin1").toString("utf8");
  return decoded.includes("\ufffd") ? location : decoded;
}

function notModified(sent: Validators, headers: Headers): NotModifiedOutcome {
  const named = readValidators(headers);
  const validators = {
    etag: named.etag ?? sent.etag,
    lastModified: named.lastModified ?? sent.lastModified,
  };
  return { kind: "not-modified", validators, freshForMs: freshForMs(headers, Date.now()) };
}

/** A 304 that was not asked for and a success without a document are the server's faults, and may pass. */
function failedStatus(
  request: HopRequest,
  { statusCode: status, headers }: AnswerHead,
): GoneOutcome | TryLaterOutcome | RefusedOutcome {
  const reason = `${request.url.host} answered ${statusInWords(status, headers)}`;
  if (status === 410 && request.position !== "moved-for-now") return { kind: "gone", status };
  const mayPass = TRY_LATER.has(status) || status >= 500 || status < 300 || status === 304;
  if (!mayPass) return { kind: "refused", reason, status };
  return { kind: "try-later", reason, status, retryAfterMs: retryAfterMs(headers, Date.now()) };
}

/** What a document means that was read, perhaps in part. */
export function withDocument(
  { url, position }: HopRequest,
  { statusCode: status, headers }: AnswerHead,
  { body, wireBytes, cutBy }: ReadBody,
): ModifiedOutcome {
  const whole = cutBy === null && !PARTS.has(status);
  return {
    kind: "modified",
    url: url.href,
    movedTo: position === "moved" ? url.href : null,
    body,
    wireBytes,
    whole,
    cutBy,
    status,
    contentType: headerValue(headers, "content-type") ?? "",
    validators: whole && position === "asked" ? readValidators(headers) : NO_VALIDATORS,
    freshForMs: freshForMs(headers, Date.now()),
  };
}

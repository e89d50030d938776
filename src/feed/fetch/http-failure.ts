import { AddressRefusedError } from "./address.ts";
import type { RefusedOutcome, TryLaterOutcome } from "./outcome.ts";
import { tlsReason } from "./tls-failure.ts";

const HEADERS_TOO_LARGE = new Set(["UND_ERR_HEADERS_OVERFLOW", "HPE_HEADER_OVERFLOW"]);

const CLOSED = "the connection was closed before the answer";

/** zlib's, Brotli's and zstd's complaints about their input. */
const DECODE_CODE = /^(?:Z_|ERR_BROTLI_|ERR__ERROR_|ZSTD_)/u;

const TRY_LATER_REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host name is not known",
  ENODATA: "the host name has no address",
  EAI_AGAIN: "the host name could not be looked up",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  UND_ERR_SOCKET: CLOSED,
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "the connection took too long",
  UND_ERR_CONNECT_TIMEOUT: "the connection took too long",
  UND_ERR_HEADERS_TIMEOUT: "the server did not begin to answer in time",
  UND_ERR_BODY_TIMEOUT: "the server stopped in the middle of its answer",
};

/** What a request that brought no answer means; `host` names the one that was asked. By error codes, never by text. */
export function failureOutcome(error: unknown, host: string): TryLaterOutcome | RefusedOutcome {
  const refusal = refusalReason(error);
  if (refusal !== null) return { kind: "refused", reason: `${host}: ${refusal}`, status: null };
  return tryLater(`${host}: ${tryLaterReason(errorCode(error))}`);
}

export function tryLater(reason: string): TryLaterOutcome {
  return { kind: "try-later", reason, status: null, retryAfterMs: null };
}

export function isBodyTimeout(error: unknown): boolean {
  return errorCode(error) === "UND_ERR_BODY_TIMEOUT";
}

function refusalReason(error: unknown): string | null {
  if (error instanceof AddressRefusedError)
    return "the address is not on the public internet (whoever runs Planetwire can allow it with ALLOW_PRIVATE_NETWORKS)";
  const code = errorCode(error);
  if (HEADERS_TOO_LARGE.has(code)) return "the headers of the answer are too large";
  return tlsReason(code);
}

function tryLaterReason(code: string): string {
  if (code.startsWith("HPE_")) return "the answer is not HTTP";
  if (DECODE_CODE.test(code)) return "the answer could not be decompressed";
  return TRY_LATER_REASONS[code] ?? `the request failed (${code || "unknown error"})`;
}

function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return "";
}

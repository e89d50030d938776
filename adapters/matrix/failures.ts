import { HTTPError, MatrixError } from "matrix-js-sdk/lib/http-api/index.js";
import { DeliveryError, type DeliveryFailure } from "../../src/adapter.ts";

/** A person must act first: a token that is not known, an account that is locked, a server that is full. */
const PERSON_MUST_ACT_MS = 5 * 60_000;
const LIMITED_WITHOUT_TIME_MS = 5000;

export function statusOf(error: unknown): number {
  return error instanceof HTTPError ? (error.httpStatus ?? 0) : 0;
}

export function errcodeOf(error: unknown): string {
  return error instanceof MatrixError ? (error.errcode ?? "") : "";
}

/** Whether the homeserver no longer knows this session. */
export function isLoggedOut(error: unknown): boolean {
  return statusOf(error) === 401;
}

/** What the server says, without the request's address. */
export function wordsOf(error: unknown): string {
  if (error instanceof MatrixError) return `${error.errcode ?? "no code"}: ${error.error ?? ""}`.slice(0, 300);
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}

/** How long the server asks to wait; null when it does not limit us. */
export function retryAfterMsOf(error: unknown): number | null {
  if (!(error instanceof HTTPError) || error.httpStatus !== 429) return null;
  try {
    return error.getRetryAfterMs() ?? LIMITED_WITHOUT_TIME_MS;
  } catch {
    // A Retry-After that is neither a number nor a date.
    return LIMITED_WITHOUT_TIME_MS;
  }
}

/** Errors of the account or the server, not of the room or the message: rooms are not paused for them. */
const accountCodes = new Set([
  "M_USER_SUSPENDED",
  "M_USER_LOCKED",
  "M_USER_DEACTIVATED",
  "M_CONSENT_NOT_GIVEN",
  "M_RESOURCE_LIMIT_EXCEEDED",
  "M_USER_LIMIT_EXCEEDED",
]);

/**
 * Sorts a failed request to send by what the caller must do (the specification's standard error response). `wasSent`: whether
 * any byte of the message left; an answer that is neither success nor refusal leaves it open whether it landed.
 */
export function deliveryErrorOf(error: unknown, wasSent: boolean): DeliveryError {
  const because = { cause: error };
  const as = (kind: DeliveryFailure, retryAfterMs = 0): DeliveryError => {
    const words = wordsOf(error);
    const mend = "invite me into the room, or give me the power to send messages there";
    return new DeliveryError(kind, kind === "channel-unusable" ? `${words}; ${mend}` : words, {
      ...because,
      retryAfterMs,
    });
  };
  const retryAfterMs = retryAfterMsOf(error);
  if (retryAfterMs !== null) return as("try-later", retryAfterMs);
  const status = statusOf(error);
  if (status === 0) return as(wasSent ? "uncertain" : "try-later");
  if (status === 401 || accountCodes.has(errcodeOf(error))) return as("try-later", PERSON_MUST_ACT_MS);
  if (status === 403) return as("channel-unusable");
  // Without the code it is no homeserver that answers: the address is wrong, or a proxy has lost its way.
  if (status === 404)
    return errcodeOf(error) === "M_NOT_FOUND" ? as("channel-unusable") : as("try-later", PERSON_MUST_ACT_MS);
  if (status === 400 || status === 413) return as("message-rejected");
  if (status >= 300 && status < 400) return as("try-later", PERSON_MUST_ACT_MS);
  return as(wasSent ? "uncertain" : "try-later");
}

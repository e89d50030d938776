import type { Validators } from "./outcome.ts";

/** Header names in lower case; values decoded as latin1, a list where the field was repeated. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export const NO_VALIDATORS: Validators = { etag: null, lastModified: null };

/** Longer validators are not worth their memory: without them the next request is merely unconditional. */
const MAX_VALIDATOR_CHARS = 1024;

/** RFC 9111 §1.2.2: what a delta that overflows counts as. */
const MAX_DELTA_SECONDS = 2 ** 31;

/** The first value of a field; null when it is absent. */
export function headerValue(headers: Headers, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** The validators of an answer, verbatim; null for one that is repeated, too long or could not be sent back. */
export function readValidators(headers: Headers): Validators {
  return {
    etag: readValidator(headers["etag"]),
    lastModified: readValidator(headers["last-modified"]),
  };
}

function readValidator(value: string | string[] | undefined): string | null {
  return typeof value === "string" && canSend(value) ? value : null;
}

function canSend(value: string): boolean {
  return (
    value.length <= MAX_VALIDATOR_CHARS && /^[\u0021-\u007e\u0080-\u00ff][\t\u0020-\u007e\u0080-\u00ff]*$/u.test(value)
  );
}

/** Both fields together, though If-Modified-Since then only serves old caches in between (RFC 9110 §13.1.3). */
export function conditionalHeaders(validators: Validators | null): Record<string, string> {
  const headers: Record<string, string> = {};
  if (validators?.etag && canSend(validators.etag)) headers["if-none-match"] = validators.etag;
  if (validators?.lastModified && canSend(validators.lastModified))
    headers["if-modified-since"] = validators.lastModified;
  return headers;
}

/** Cache-Control's max-age less Age, else Expires less Date; 0 when already stale or not to be reused (RFC 9111 §4.2.1, §5.3). */
export function freshForMs(headers: Headers, nowMs: number): number | null {
  const { isForbidden, maxAgeSeconds } = cachingOf(headers["cache-control"]);
  if (isForbidden) return 0;
  if (maxAgeSeconds !== null) return Math.max(0, maxAgeSeconds - ageSeconds(headers)) * 1000;
  const expires = headerValue(headers, "expires");
  if (expires === null) return null;
  return Math.max(0, (parseHttpDate(expires) ?? 0) - serverNowMs(headers, nowMs));
}

interface Caching {
  /** `no-store` or `no-cache`. */
  readonly isForbidden: boolean;
  readonly maxAgeSeconds: number | null;
}

/** Most servers say one of a few things, and say it with every answer. */
const recentCaching = new Map<string, Caching>();
const MOST_REMEMBERED = 100;
const MOST_REMEMBERED_CHARS = 100;

function cachingOf(value: string | string[] | undefined): Caching {
  const known = typeof value === "string" ? recentCaching.get(value) : undefined;
  if (known !== undefined) return known;
  const directives = cacheDirectives(value);
  const caching = {
    isForbidden: directives.has("no-store") || directives.has("no-cache"),
    maxAgeSeconds: deltaSeconds(directives.get("max-age") ?? null),
  };
  if (typeof value === "string" && value.length <= MOST_REMEMBERED_CHARS) {
    if (recentCaching.size >= MOST_REMEMBERED) recentCaching.clear();
    recentCaching.set(value, caching);
  }
  return caching;
}

function ageSeconds(headers: Headers): number {
  return deltaSeconds(headerValue(headers, "age")) ?? 0;
}

/** Of a directive given twice the first counts (RFC 9111 §4.2.1). */
function cacheDirectives(value: string | string[] | undefined): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const part of [value ?? []].flat().join(",").split(",")) {
    const [name = "", argument = ""] = part.split("=", 2);
    const key = name.trim().toLowerCase();
    if (key !== "" && !directives.has(key)) directives.set(key, argument.trim().replaceAll('"', ""));
  }
  return directives;
}

/** Both forms of RFC 9110 §10.2.3; a date is measured on the server's own clock where it tells its time. */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const value = headerValue(headers, "retry-after");
  const seconds = deltaSeconds(value);
  if (seconds !== null) return seconds * 1000;
  const atMs = parseHttpDate(value ?? "");
  return atMs === null ? null : Math.max(0, atMs - serverNowMs(headers, nowMs));
}

function serverNowMs(headers: Headers, nowMs: number): number {
  return parseHttpDate(headerValue(headers, "date") ?? "") ?? nowMs;
}

function deltaSeconds(value: string | null): number | null {
  const digits = value?.trim() ?? "";
  return /^\d+$/u.test(digits) ? Math.min(Number(digits), MAX_DELTA_SECONDS) : null;
}

/**
 * All three forms of RFC 9110 §5.6.7 as Unix time in ms; null for anything else. The weekday is demanded because `Date.parse`
 * alone would read "0" or "-1" as a date; the obsolete asctime form names no zone and means UTC.
 */
export function parseHttpDate(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed.length > 64 || !/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /iu.test(trimmed)) return null;
  const atMs = Date.parse(/(?:gmt|utc|[+-]\d{4})$/iu.test(trimmed) ? trimmed : `${trimmed} GMT`);
  return Number.isNaN(atMs) ? null : atMs;
}

import { describe, expect, test } from "vitest";
import {
  type Headers,
  conditionalHeaders,
  freshForMs,
  parseHttpDate,
  readValidators,
  retryAfterMs,
} from "../../src/feed/fetch/http-headers.ts";

const NOW_MS = Date.UTC(2024, 4, 1, 12, 0, 0);
const NOW = "Wed, 01 May 2024 12:00:00 GMT";
const TWO_MINUTES_ON = "Wed, 01 May 2024 12:02:00 GMT";
const TWO_MINUTES_AGO = "Wed, 01 May 2024 11:58:00 GMT";

test.each([
  ["Sun, 06 Nov 1994 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Sunday, 06-Nov-94 08:49:37 GMT", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Sun Nov  6 08:49:37 1994", Date.UTC(1994, 10, 6, 8, 49, 37)],
  ["Sun, 06 Nov 1994 08:49:37 +0100", Date.UTC(1994, 10, 6, 7, 49, 37)],
  ["0", null],
  ["-1", null],
  ["2024-05-01T12:00:00Z", null],
  ["Sun, nonsense", null],
  [`Sun, ${" ".repeat(9999)}1994`, null],
  ["", null],
])("the HTTP date %j is read as %j", (text, atMs) => {
  expect(parseHttpDate(text)).toBe(atMs);
});

test.each<[Headers, number | null]>([
  [{}, null],
  [{ "retry-after": "120" }, 120_000],
  [{ "retry-after": " 0 " }, 0],
  [{ "retry-after": "1.5" }, null],
  [{ "retry-after": "-5" }, null],
  [{ "retry-after": "soon" }, null],
  [{ "retry-after": "9".repeat(400) }, 2 ** 31 * 1000],
  [{ "retry-after": TWO_MINUTES_ON }, 120_000],
  [{ "retry-after": TWO_MINUTES_AGO }, 0],
  [{ "retry-after": TWO_MINUTES_ON, date: TWO_MINUTES_AGO }, 240_000],
  [{ "retry-after": TWO_MINUTES_ON, date: "unknown" }, 120_000],
  [{ "retry-after": ["5", "10"] }, 5000],
])("Retry-After in %j asks for %j ms", (headers, waitMs) => {
  expect(retryAfterMs(headers, NOW_MS)).toBe(waitMs);
});

test.each<[Headers, number | null]>([
  [{}, null],
  [{ "cache-control": "public" }, null],
  [{ "cache-control": "public, Max-Age=600" }, 600_000],
  [{ "cache-control": 'max-age="600"' }, 600_000],
  [{ "cache-control": "max-age=600", age: "500" }, 100_000],
  [{ "cache-control": "max-age=600", age: "900" }, 0],
  [{ "cache-control": "max-age=600", expires: "0" }, 600_000],
  [{ "cache-control": "s-maxage=600" }, null],
  [{ "cache-control": "max-age=60, max-age=600" }, 60_000],
  [{ "cache-control": ["public", "max-age=60"] }, 60_000],
  [{ "cache-control": "no-cache, max-age=60" }, 0],
  [{ "cache-control": "max-age=sixty", expires: TWO_MINUTES_ON, date: NOW }, 120_000],
  [{ expires: TWO_MINUTES_ON, date: TWO_MINUTES_AGO }, 240_000],
  [{ expires: TWO_MINUTES_ON }, 120_000],
  [{ expires: TWO_MINUTES_AGO, date: NOW }, 0],
  [{ expires: "-1" }, 0],
])("%j is fresh for %j ms", (headers, freshMs) => {
  expect(freshForMs(headers, NOW_MS)).toBe(freshMs);
});

describe("validators", () => {
  test("are kept and sent back verbatim, odd as they may be", () => {
    const headers = { etag: 'W/"a, b\u00fc"-gzip', "last-modified": "some day last week" };
    const validators = readValidators(headers);
    expect(validators).toEqual({ etag: headers.etag, lastModified: headers["last-modified"] });
    expect(conditionalHeaders(validators)).toEqual({
      "if-none-match": headers.etag,
      "if-modified-since": headers["last-modified"],
    });
  });

  test.each([
    ["is absent", {}],
    ["is empty", { etag: "" }],
    ["is repeated", { etag: ['"a"', '"b"'] }],
    ["is too long to keep", { etag: `"${"x".repeat(2000)}"` }],
    ["could not be sent", { etag: '"a\u0007"' }],
  ])("one that %s is none", (_case, headers: Headers) => {
    expect(readValidators(headers)).toEqual({ etag: null, lastModified: null });
  });

  test("stored ones that could break a header are not sent", () => {
    const validators = { etag: '"a"\r\nx: y', lastModified: "\u20ac" };
    expect(conditionalHeaders(validators)).toEqual({});
  });
});

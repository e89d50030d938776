import zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Validators } from "../../src/feed/fetch/outcome.ts";
import { USER_AGENT, feedServer, fetchDocument, fetchOnce, fetcherAllowing, openGate } from "./fetching.ts";

const ETAG = 'W/"a, b"-gzip';
const LAST_MODIFIED = "Tue, 30 Apr 2024 10:00:00 GMT";
const VALIDATORS: Validators = { etag: ETAG, lastModified: LAST_MODIFIED };
const TEXT = "<rss>Grüße aus dem Feed</rss>".repeat(2000);

describe("a document", () => {
  test("comes with its validators verbatim, its type and its freshness", async () => {
    const server = await feedServer();
    const url = server.serve("/feed", {
      body: TEXT,
      contentType: "application/rss+xml; charset=utf-8",
      etag: ETAG,
      lastModified: LAST_MODIFIED,
      headers: { "cache-control": "max-age=600" },
    });
    const document = await fetchDocument(`${url}#newest`);
    expect(document).toMatchObject({
      url,
      movedTo: null,
      whole: true,
      cutBy: null,
      status: 200,
      contentType: "application/rss+xml; charset=utf-8",
      validators: VALIDATORS,
      freshForMs: 600_000,
    });
    expect(document.body.toString()).toBe(TEXT);
  });

  test("without headers worth keeping has none", async () => {
    const server = await feedServer();
    const url = server.on("/feed", (_request, response) => response.end("x"));
    expect(await fetchDocument(url)).toMatchObject({
      contentType: "",
      validators: { etag: null, lastModified: null },
      freshForMs: null,
    });
  });

  test("may be empty", async () => {
    const server = await feedServer();
    const url = server.serve("/feed", { body: "", headers: { "content-encoding": "gzip" } });
    expect(await fetchDocument(url)).toMatchObject({ whole: true, body: Buffer.alloc(0) });
  });

  test("that the server calls a part is not whole and brings no validators", async () => {
    const server = await feedServer();
    const url = server.on("/feed", (_request, response) => {
      response.writeHead(206, { etag: ETAG, "content-range": "bytes 0-2/9" }).end("<rs");
    });
    const part = await fetchDocument(url);
    expect(part).toMatchObject({ whole: false, cutBy: null, status: 206 });
    expect(part.validators).toEqual({ etag: null, lastModified: null });
  });
});

describe("compression", () => {
  test.each<[string, (text: string) => Buffer]>([
    ["gzip", zlib.gzipSync],
    ["X-GZip", zlib.gzipSync],
    ["br", zlib.brotliCompressSync],
    ["deflate", zlib.deflateSync],
    ["deflate", zlib.deflateRawSync],
    ["identity", (text) => Buffer.from(text)],
  ])("%s is undone", async (encoding, compress) => {
    const server = await feedServer();
    const headers = { "content-encoding": encoding };
    const document = await fetchDocument(server.serve("/feed", { body: compress(TEXT), headers }));
    expect(document.body.toString()).toBe(TEXT);
    expect(document.whole).toBe(true);
  });

  test("padding behind a compressed stream does not matter", async () => {
    const server = await feedServer();
    const padded = {
      gzip: Buffer.concat([zlib.gzipSync(TEXT), Buffer.alloc(1000)]),
      deflate: Buffer.concat([zlib.deflateSync(TEXT), Buffer.from("anything")]),
    };
    for (const [encoding, body] of Object.entries(padded)) {
      const url = server.serve("/feed", { body, headers: { "content-encoding": encoding } });
      const document = await fetchDocument(url);
      expect(document.whole).toBe(true);
      expect(document.body.toString()).toBe(TEXT);
    }
  });

  test("an unknown one is refused", async () => {
    const server = await feedServer();
    const headers = { "content-encoding": "gzip, br" };
    expect(await fetchOnce(server.serve("/feed", { body: TEXT, headers }))).toMatchObject({
      kind: "refused",
      status: 200,
    });
  });
});

describe("a conditional request", () => {
  test("sends both validators verbatim and gets them back with 304", async () => {
    const server = await feedServer();
    const url = server.serve("/feed", { body: TEXT, etag: ETAG, headers: { expires: "0" } });
    const outcome = await fetchOnce(url, { validators: VALIDATORS });
    expect(outcome).toEqual({ kind: "not-modified", validators: VALIDATORS, freshForMs: 0 });
    expect(server.requests[0]?.headers).toMatchObject({
      "if-none-match": ETAG,
      "if-modified-since": LAST_MODIFIED,
    });
  });

  test("takes over what a 304 names anew", async () => {
    const server = await feedServer();
    const url = server.on("/feed", (_request, response) => {
      response.writeHead(304, { etag: '"next"', "cache-control": "max-age=5" }).end();
    });
    expect(await fetchOnce(url, { validators: VALIDATORS })).toEqual({
      kind: "not-modified",
      validators: { etag: '"next"', lastModified: LAST_MODIFIED },
      freshForMs: 5000,
    });
  });

  test("a 304 that nobody asked for is no answer", async () => {
    const server = await feedServer();
    const url = server.on("/feed", (_request, response) => response.writeHead(304).end());
    expect(await fetchOnce(url)).toMatchObject({ kind: "try-later", status: 304 });
  });

  test("a request without validators asks unconditionally and says only who asks and for what", async () => {
    const server = await feedServer();
    await fetchDocument(`${server.serve("/feed", { body: TEXT })}?q=%C3%BC&x`);
    const [{ path, headers } = { path: "", headers: {} }] = server.requests;
    expect(path).toBe("/feed?q=%C3%BC&x");
    expect(Object.keys(headers).toSorted()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
    expect(headers).toMatchObject({
      "user-agent": USER_AGENT,
      "accept-encoding": expect.stringMatching(/^gzip, deflate, br(, zstd)?$/),
      accept: expect.stringContaining("application/atom+xml"),
    });
  });
});

describe("an answer without a document", () => {
  test.each([
    [410, { kind: "gone", status: 410 }],
    [400, { kind: "refused", status: 400 }],
    [401, { kind: "refused", status: 401 }],
    [403, { kind: "refused", status: 403 }],
    [404, { kind: "refused", status: 404 }],
    [451, { kind: "refused", status: 451 }],
    [300, { kind: "refused", status: 300 }],
    [301, { kind: "refused", status: 301 }],
    [202, { kind: "try-later", status: 202, retryAfterMs: null }],
    [204, { kind: "try-later", status: 204, retryAfterMs: null }],
    [408, { kind: "try-later", status: 408, retryAfterMs: null }],
    [429, { kind: "try-later", status: 429, retryAfterMs: null }],
    [500, { kind: "try-later", status: 500, retryAfterMs: null }],
    [503, { kind: "try-later", status: 503, retryAfterMs: null }],
    [521, { kind: "try-later", status: 521, retryAfterMs: null }],
  ])("%i means %j", async (status, expected) => {
    const server = await feedServer();
    const url = server.on("/feed", (_request, response) => response.writeHead(status).end());
    expect(await fetchOnce(url)).toMatchObject(expected);
  });

  test.each([
    [401, {}, "401 (it wants a login)"],
    [403, {}, "403 (it forbids this)"],
    [403, { "cf-mitigated": "challenge" }, "403 (Cloudflare keeps out what is no browser)"],
    [503, {}, "503 (not available at the moment)"],
    [418, {}, "418"],
  ])("%i with %j is said in words", async (status, headers, words) => {
    const server = await feedServer();
    const url = server.on("/feed", (_request, response) => response.writeHead(status, headers).end());
    expect(await fetchOnce(url)).toMatchObject({ reason: `${server.host} answered ${words}` });
  });

  test.each([429, 503])("%i says when to come back, in seconds or by date", async (status) => {
    const server = await feedServer();
    const inSeconds = server.on("/seconds", (_request, response) => {
      response.writeHead(status, { "retry-after": "90" }).end("x".repeat(500_000));
    });
    expect(await fetchOnce(inSeconds)).toMatchObject({ kind: "try-later", retryAfterMs: 90_000 });
    const byDate = server.on("/date", (_request, response) => {
      const date = new Date("2024-05-01T12:00:00Z").toUTCString();
      const retryAfter = new Date("2024-05-01T12:01:30Z").toUTCString();
      response.writeHead(status, { date, "retry-after": retryAfter }).end();
    });
    expect(await fetchOnce(byDate)).toMatchObject({ kind: "try-later", retryAfterMs: 90_000 });
  });

  test("the reason names the host and nothing the server wrote", async () => {
    const server = await feedServer();
    const url = server.on("/feed", (_request, response) => {
      response.writeHead(404, "<b>@everyone</b>").end("@everyone");
    });
    expect(await fetchOnce(url)).toEqual({
      kind: "refused",
      status: 404,
      reason: `${server.host} answered 404 (not found)`,
    });
  });
});

test("one fetcher reads many answers over one kept connection, whatever they are", async () => {
  const server = await feedServer();
  const fetcher = fetcherAllowing("127.0.0.1");
  const document = server.serve("/feed", { body: TEXT, etag: ETAG });
  const missing = server.on("/404", (_request, response) => response.writeHead(404).end(TEXT));
  const moved = server.on("/302", (_request, response) => {
    response.writeHead(302, { location: "/feed" }).end("moved");
  });
  const { signal } = new AbortController();
  const kinds: string[] = [];
  for (const url of [document, missing, moved, document]) {
    const validators = { etag: ETAG, lastModified: null };
    kinds.push((await fetcher.fetch({ url, validators }, openGate, signal)).kind);
  }
  expect(kinds).toEqual(["not-modified", "refused", "modified", "not-modified"]);
  expect(server.connectionCount()).toBe(1);
});

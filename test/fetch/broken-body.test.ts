import zlib from "node:zlib";
import { expect, test } from "vitest";
import { feedServer, fetchDocument, fetchOnce } from "./fetching.ts";

test("a body that breaks off gives what was read, not whole", async () => {
  const server = await feedServer();
  const url = server.on("/feed", (_request, response) => {
    response.writeHead(200, { "content-length": 1000, etag: '"e"' });
    response.write("<rss><item/>", () => response.destroy());
  });
  const cut = await fetchDocument(url);
  expect(cut).toMatchObject({ whole: false, cutBy: "connection", validators: { etag: null } });
  expect(cut.body.toString()).toBe("<rss><item/>");
});

test("a body that breaks off in the middle of chunks is noticed", async () => {
  const server = await feedServer();
  const url = server.on("/feed", (_request, response) => {
    response.write("<rss>", () => response.destroy());
  });
  expect(await fetchDocument(url)).toMatchObject({ whole: false, cutBy: "connection" });
});

test.each([
  ["gzip", zlib.gzipSync, false],
  ["br", zlib.brotliCompressSync, false],
  ["gzip", zlib.gzipSync, true],
])(
  "a body that breaks off in the middle of %s gives all that can be decompressed",
  async (encoding, compress, hasLength) => {
    const server = await feedServer();
    const text = Array.from({ length: 8000 }, (_, n) => `<item>${n * n}</item>`).join("");
    const compressed = compress(text);
    const part = compressed.subarray(0, compressed.length - 100);
    const url = server.on("/feed", (_request, response) => {
      response.setHeader("content-encoding", encoding);
      if (hasLength) response.end(part);
      else response.write(part, () => response.destroy());
    });
    const cut = await fetchDocument(url);
    expect(cut).toMatchObject({ whole: false, cutBy: "connection" });
    expect(text.startsWith(cut.body.toString())).toBe(true);
    expect(cut.body.length).toBeGreaterThan(text.length - 5000);
  },
);

test("a body that breaks off before its first byte is to be tried later", async () => {
  const server = await feedServer();
  const url = server.on("/feed", (_request, response) => {
    response.writeHead(200, { "content-length": 1000 });
    response.flushHeaders();
    response.socket?.end();
  });
  expect(await fetchOnce(url)).toMatchObject({ kind: "try-later", status: null });
});

test("a body that is not what its encoding says is to be tried later", async () => {
  const server = await feedServer();
  for (const encoding of ["gzip", "br", "deflate"]) {
    const headers = { "content-encoding": encoding };
    const url = server.serve("/feed", { body: "\u0000<rss>plain text</rss>", headers });
    const outcome = await fetchOnce(url);
    expect(outcome.kind, encoding).toBe("try-later");
    expect(outcome, encoding).toHaveProperty("reason", expect.stringContaining("decompressed"));
  }
});

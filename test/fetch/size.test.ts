import zlib from "node:zlib";
import { expect, test } from "vitest";
import { feedServer, fetchDocument, fetchOnce } from "./fetching.ts";

const MIB = 1024 * 1024;
const FAST_BROTLI = { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 };

test("a body of exactly the cap is whole, one byte more is cut there", async () => {
  const server = await feedServer();
  const limits = { maxBodyBytes: 100_000 };
  const full = server.serve("/full", { body: "x".repeat(100_000), etag: '"e"' });
  expect(await fetchDocument(full, { limits })).toMatchObject({ whole: true, cutBy: null });
  const more = server.serve("/more", { body: "x".repeat(100_001), etag: '"e"' });
  const cut = await fetchDocument(more, { limits });
  expect(cut).toMatchObject({ whole: false, cutBy: "cap", validators: { etag: null } });
  expect(cut.body).toHaveLength(100_000);
});

const BOMBS = {
  gzip: () => Buffer.concat(Array<Buffer>(64).fill(zlib.gzipSync(Buffer.alloc(64 * MIB)))),
  br: () => zlib.brotliCompressSync(Buffer.alloc(64 * MIB), { params: FAST_BROTLI }),
};

test.each(Object.entries(BOMBS))("a %s bomb ends at the cap, at once", async (encoding, make) => {
  const server = await feedServer();
  const url = server.serve("/bomb", { body: make(), headers: { "content-encoding": encoding } });
  const startedMs = performance.now();
  const document = await fetchDocument(url);
  expect(document).toMatchObject({ whole: false, cutBy: "cap" });
  expect(document.body).toHaveLength(8 * MIB);
  expect(performance.now() - startedMs).toBeLessThan(1500);
});

test("what travels is capped also when it inflates to little", async () => {
  const server = await feedServer();
  const body = zlib.gzipSync(Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))));
  const url = server.serve("/feed", { body, headers: { "content-encoding": "gzip" } });
  const cut = await fetchDocument(url, { limits: { maxWireBytes: 50_000 } });
  expect(cut).toMatchObject({ whole: false, cutBy: "cap" });
  expect(cut.body.length).toBeGreaterThan(40_000);
  expect(cut.body.length).toBeLessThan(50_001);
});

test("an endless body ends at the cap, and its connection is closed", async () => {
  const server = await feedServer();
  const closed = new Promise<void>((resolve) => {
    server.on("/endless", (_request, response) => {
      const write = (): void => void (response.write("x".repeat(65_536)) && setImmediate(write));
      response.on("drain", write).on("close", () => resolve());
      write();
    });
  });
  const document = await fetchDocument(`${server.origin}/endless`, {
    limits: { maxBodyBytes: MIB },
  });
  expect(document).toMatchObject({ whole: false, cutBy: "cap" });
  await closed;
});

test("headers without end are refused", async () => {
  const server = await feedServer();
  const url = server.on("/feed", (_request, response) => {
    response.writeHead(200, { "x-bomb": "x".repeat(200_000) }).end("<rss/>");
  });
  expect(await fetchOnce(url)).toMatchObject({ kind: "refused", status: null });
});

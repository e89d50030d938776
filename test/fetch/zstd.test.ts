import { expect, test } from "vitest";
import { ACCEPT_ENCODING, canDecode } from "../../src/feed/fetch/http-body.ts";
import { hasZstd } from "../../src/feed/fetch/zstd.ts";
import { feedServer, fetchDocument, fetchOnce } from "./fetching.ts";

/** `<rss>zstd</rss>` as one raw block (RFC 8878, section 3.1.1). */
const SMALL = frame(Buffer.from("<rss>zstd</rss>"), "raw");
/** 64 MiB of zeros in run-length blocks of 128 KiB: 2 KB on the way. */
const BOMB = Buffer.concat([
  header(),
  ...Array.from({ length: 512 }, (_, n) => block(Buffer.of(0), "run", 131_072, n === 511)),
]);

function header(): Buffer {
  // Magic number, a frame without content size, a window of 1 MiB.
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50]);
}

function block(bytes: Buffer, kind: "raw" | "run", size: number, isLast: boolean): Buffer {
  const head = (size << 3) | (kind === "run" ? 2 : 0) | (isLast ? 1 : 0);
  return Buffer.concat([Buffer.from([head & 255, (head >> 8) & 255, head >> 16]), bytes]);
}

function frame(bytes: Buffer, kind: "raw" | "run"): Buffer {
  return Buffer.concat([header(), block(bytes, kind, bytes.length, true)]);
}

test("zstd is offered exactly where this Node can undo it", () => {
  expect(ACCEPT_ENCODING.includes("zstd")).toBe(hasZstd);
  expect(canDecode("zstd")).toBe(hasZstd);
});

test.runIf(hasZstd)("zstd is undone, and a bomb of it ends at the cap", async () => {
  const server = await feedServer();
  const headers = { "content-encoding": "zstd" };
  const small = await fetchDocument(server.serve("/small", { body: SMALL, headers }));
  expect(small.body.toString()).toBe("<rss>zstd</rss>");
  const bomb = await fetchDocument(server.serve("/bomb", { body: BOMB, headers }));
  expect(bomb).toMatchObject({ whole: false, cutBy: "cap" });
  expect(bomb.body).toHaveLength(8 * 1024 * 1024);
});

test.runIf(!hasZstd)("where this Node has no zstd, an answer in it is refused in words", async () => {
  const server = await feedServer();
  for (const body of [SMALL, BOMB]) {
    const url = server.serve("/feed", { body, headers: { "content-encoding": "zstd" } });
    expect(await fetchOnce(url)).toMatchObject({
      kind: "refused",
      status: 200,
      reason: expect.stringContaining("the compression of the answer is not known"),
    });
  }
});

import { once } from "node:events";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { expect, test } from "vitest";
import { listen } from "../servers/feed-server.ts";
import { closeLater, feedServer, fetchOnce } from "./fetching.ts";

test("a closed port is to be tried later", async () => {
  const probe = createServer();
  const port = await listen(probe);
  probe.close();
  await once(probe, "close");
  expect(await fetchOnce(`http://127.0.0.1:${port}/`)).toEqual({
    kind: "try-later",
    reason: `127.0.0.1:${port}: the connection was refused`,
    status: null,
    retryAfterMs: null,
  });
});

test("a host name that cannot exist is to be tried later", async () => {
  expect(await fetchOnce(`http://${"x".repeat(64)}.test/`)).toMatchObject({ kind: "try-later" });
});

test("something else than HTTP is to be tried later", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).end("220 mail.test ESMTP\r\n"));
  const port = await listen(server);
  closeLater(async () => void server.close());
  expect(await fetchOnce(`http://127.0.0.1:${port}/`)).toMatchObject({ kind: "try-later" });
});

test("TLS spoken with a plain server, or one without a certificate, is refused", async () => {
  const plain = await feedServer();
  const bare = createTlsServer();
  const port = await listen(bare);
  closeLater(async () => void bare.close());
  for (const host of [plain.host, `127.0.0.1:${port}`]) {
    const outcome = await fetchOnce(`https://${host}/feed`);
    expect(outcome).toMatchObject({ kind: "refused", status: null });
  }
});

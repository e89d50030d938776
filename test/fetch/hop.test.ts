import type { LookupAddress } from "node:dns";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { listen } from "../servers/feed-server.ts";
import { until } from "../support/wait.ts";
import { closeLater, feedServer, fetchDocument, fetcherAllowing, fetchOnce, openGate } from "./fetching.ts";

test("an informational answer before the one that counts changes nothing", async () => {
  const server = createServer((socket) => {
    const early = "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n";
    socket.on("error", () => {}).end(`${early}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok`);
  });
  const port = await listen(server);
  closeLater(async () => void server.close());
  const document = await fetchDocument(`http://127.0.0.1:${port}/`);
  expect(document).toMatchObject({ status: 200, whole: true });
  expect(document.body.toString()).toBe("ok");
});

test("an informational answer alone is none", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 103 Early Hints\r\n\r\n"));
  const port = await listen(server);
  closeLater(async () => void server.close());
  expect(await fetchOnce(`http://127.0.0.1:${port}/`)).toMatchObject({ kind: "try-later", status: null });
});

test("of an endless body that nobody wants little is read, and its connection is closed", async () => {
  const server = await feedServer();
  const closed = new Promise<void>((resolve) => {
    server.on("/endless", (_request, response) => {
      response.writeHead(404);
      const write = (): void => void (response.write("x".repeat(65_536)) && setImmediate(write));
      response.on("drain", write).on("close", () => resolve());
      write();
    });
  });
  expect(await fetchOnce(`${server.origin}/endless`)).toMatchObject({ kind: "refused", status: 404 });
  await closed;
});

test("what was given up while its host was still looked up is not sent any more", async () => {
  const server = await feedServer();
  server.serve("/feed", { body: "x" });
  let resolveAsked: (answer: (found: LookupAddress[]) => void) => void = () => undefined;
  const asked = new Promise<(found: LookupAddress[]) => void>((resolve) => (resolveAsked = resolve));
  const fetcher = fetcherAllowing("127.0.0.1", {}, (_name, _options, callback) => {
    resolveAsked((found) => callback(null, found));
  });
  const givenUp = new AbortController();
  const request = { url: `http://slow.test:${server.port}/feed`, validators: null };
  const fetched = fetcher.fetch(request, openGate, givenUp.signal);
  const answer = await asked;
  givenUp.abort(new Error("enough"));
  await expect(fetched).rejects.toThrow("enough");
  answer([{ address: "127.0.0.1", family: 4 }]);
  await until("the connection", 5000, async () => await Promise.resolve(server.connectionCount() > 0 || undefined));
  await fetchDocument(`${server.origin}/feed`);
  expect(server.requests).toHaveLength(1);
});

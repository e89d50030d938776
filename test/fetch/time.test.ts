import { createServer } from "node:net";
import { expect, test } from "vitest";
import { listen } from "../servers/feed-server.ts";
import { closeLater, feedServer, fetchOnce, fetcherAllowing, openGate } from "./fetching.ts";

test("headers that do not come, and a body that pauses, end at their limit", async () => {
  const server = await feedServer();
  const silent = server.on("/silent", () => {});
  const pausing = server.on("/pausing", (_request, response) => void response.write("<rss>"));
  const limits = { headersTimeoutMs: 150 };
  const reasons = ["did not begin to answer", "did not end in time"];
  const outcomes = await Promise.all([silent, pausing].map((url) => fetchOnce(url, { limits })));
  expect(outcomes).toEqual(
    reasons.map((reason) => ({
      kind: "try-later",
      reason: expect.stringContaining(reason),
      status: null,
      retryAfterMs: null,
    })),
  );
});

test("a slow drip ends with the total time, whatever it drips", async () => {
  const [server, elsewhere] = [await feedServer(), await feedServer()];
  const drip = (status: number) => {
    return server.on(`/${status}`, (_request, response) => {
      response.writeHead(status, { location: elsewhere.origin });
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(timer));
    });
  };
  const limits = { totalTimeoutMs: 1000 };
  const startedMs = performance.now();
  const slow = [200, 302].map((status) => fetchOnce(drip(status), { limits }));
  expect((await Promise.all(slow)).map(({ kind }) => kind)).toEqual(["try-later", "try-later"]);
  expect((await fetchOnce(drip(404), { limits })).kind).toBe("refused");
  expect(elsewhere.connectionCount()).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(8000);
});

test("the total time is for all hops together", async () => {
  const server = await feedServer();
  for (let n = 1; n <= 5; n++) {
    server.on(`/${n}`, (_request, response) => {
      setTimeout(() => response.writeHead(302, { location: `/${n + 1}` }).end(), 100);
    });
  }
  const outcome = await fetchOnce(`${server.origin}/1`, { limits: { totalTimeoutMs: 250 } });
  expect(outcome.kind).toBe("try-later");
  expect(server.requests.length).toBeLessThan(4);
});

test("a caller who gives up gets his own reason, and the connection is closed", async () => {
  const server = await feedServer();
  const controller = new AbortController();
  const reason = new Error("stopping");
  const closed = new Promise<void>((resolve) => {
    server.on("/feed", (_request, response) => {
      response.on("close", () => resolve());
      response.write("<rss>");
      controller.abort(reason);
    });
  });
  const asked = fetchOnce(`${server.origin}/feed`, { signal: controller.signal });
  await expect(asked).rejects.toBe(reason);
  await closed;
  await expect(fetchOnce(server.origin, { signal: controller.signal })).rejects.toBe(reason);
});

test("closing the fetcher ends what is under way", async () => {
  const server = await feedServer();
  const fetcher = fetcherAllowing("127.0.0.1");
  const closed = new Promise<void>((resolve, reject) => {
    server.on("/feed", () => void fetcher.close().then(resolve, reject));
  });
  const request = { url: `${server.origin}/feed`, validators: null };
  const outcome = await fetcher.fetch(request, openGate, new AbortController().signal);
  await closed;
  expect(outcome.kind).toBe("try-later");
});

test("headers that drip end with the total time", async () => {
  const server = createServer((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    const timer = setInterval(() => socket.write("x-drip: 1\r\n"), 20);
    socket.on("close", () => clearInterval(timer)).on("error", () => {});
  });
  const port = await listen(server);
  closeLater(async () => void server.close());
  const limits = { totalTimeoutMs: 500, headersTimeoutMs: 60_000 };
  expect(await fetchOnce(`http://127.0.0.1:${port}/`, { limits })).toMatchObject({
    kind: "try-later",
    reason: expect.stringContaining("no answer in time"),
  });
});

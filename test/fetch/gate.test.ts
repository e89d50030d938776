import { expect, test } from "vitest";
import { feedServer, fetchDocument, fetchOnce, recordingGate } from "./fetching.ts";

test.each(["ftp://example.org/feed", "http://me:secret@127.0.0.1/feed", "no url", ""])(
  "the URL %j is not requested",
  async (url) => {
    const { gate, events } = recordingGate();
    expect(await fetchOnce(url, { gate })).toMatchObject({ kind: "refused", status: null });
    expect(events).toEqual([]);
  },
);

test("the host gate is passed at every hop and given back before the next", async () => {
  const [first, second] = [await feedServer(), await feedServer()];
  second.serve("/feed", { body: "<rss/>" });
  const { gate, events } = recordingGate();
  await fetchDocument(first.redirect("/old", 301, `${second.origin}/feed`), { gate });
  expect(events).toEqual([
    `take ${first.host}`,
    `release ${first.host}`,
    `take ${second.host}`,
    `release ${second.host}`,
  ]);
});

test("the host gate is given back after an answer that failed", async () => {
  const server = await feedServer();
  const url = server.on("/feed", (request) => request.socket.destroy());
  const { gate, events } = recordingGate();
  expect((await fetchOnce(url, { gate })).kind).toBe("try-later");
  expect(events).toEqual([`take ${server.host}`, `release ${server.host}`]);
});

test("the host gate keeps a request to a busy host from being made, also behind a redirect", async () => {
  const [free, busy] = [await feedServer(), await feedServer()];
  const gate = async (host: string) => (host === busy.host ? null : async () => {});
  const limits = { gatePatienceMs: 150 };
  const direct = await fetchOnce(busy.serve("/feed", { body: "<rss/>" }), { gate });
  expect(direct).toEqual({ kind: "host-busy" });
  const redirected = free.redirect("/old", 302, `${busy.origin}/feed`);
  expect(await fetchOnce(redirected, { gate, limits })).toEqual({ kind: "host-busy" });
  expect(busy.connectionCount()).toBe(0);
});

test("a host gate that fails is the caller's failure, not the feed's", async () => {
  const server = await feedServer();
  const gate = async () => {
    throw new Error("store is down");
  };
  const failing = fetchOnce(server.serve("/feed", { body: "<rss/>" }), { gate });
  await expect(failing).rejects.toThrow("store is down");
  expect(server.connectionCount()).toBe(0);
});

test("a redirect waits for a host that is busy: the first host is not asked once more", async () => {
  const [free, busy] = [await feedServer(), await feedServer()];
  busy.serve("/feed", { body: "<rss/>" });
  let refusals = 3;
  const gate = async (host: string) => (host === busy.host && refusals-- > 0 ? null : async () => {});
  const document = await fetchDocument(free.redirect("/old", 302, `${busy.origin}/feed`), { gate });
  expect(document.whole).toBe(true);
  expect(free.requests).toHaveLength(1);
});

test("a redirect within a host keeps its gate: with a pause between requests it would never arrive", async () => {
  const server = await feedServer();
  server.serve("/new", { body: "<rss/>" });
  const { gate, events } = recordingGate();
  await fetchDocument(server.redirect("/old", 301, "/new"), { gate });
  expect(events).toEqual([`take ${server.host}`, `release ${server.host}`]);
});

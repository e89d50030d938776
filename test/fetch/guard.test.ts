import { describe, expect, test } from "vitest";
import { feedServer, fetcherAllowing, openGate } from "./fetching.ts";

const { signal } = new AbortController();

const SPELLINGS = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]"];

describe("private addresses", () => {
  test("no spelling of them gets a connection", async () => {
    const server = await feedServer();
    server.serve("/feed", { body: "<rss/>" });
    const fetcher = fetcherAllowing("");
    for (const host of SPELLINGS) {
      const request = { url: `http://${host}:${server.port}/feed`, validators: null };
      const outcome = await fetcher.fetch(request, openGate, signal);
      expect(outcome, host).toMatchObject({ kind: "refused", status: null });
    }
    expect(server.connectionCount()).toBe(0);
  });

  test("the reason does not tell what a name resolves to", async () => {
    const fetcher = fetcherAllowing("");
    const request = { url: "http://localhost:1/", validators: null };
    expect(JSON.stringify(await fetcher.fetch(request, openGate, signal))).not.toMatch(/127\.|::1/u);
  });

  test("no redirect leads to them", async () => {
    const [open, hidden] = [await feedServer(), await feedServer()];
    hidden.serve("/feed", { body: "<rss/>" });
    const fetcher = fetcherAllowing("localhost");
    for (const host of SPELLINGS.filter((host) => host !== "localhost")) {
      open.redirect("/old", 302, `http://${host}:${hidden.port}/feed`);
      const request = { url: `http://localhost:${open.port}/old`, validators: null };
      const outcome = await fetcher.fetch(request, openGate, signal);
      expect(outcome, host).toMatchObject({ kind: "refused", status: null });
    }
    expect(open.requests).toHaveLength(SPELLINGS.length - 1);
    expect(hidden.connectionCount()).toBe(0);
  });

  test.each([
    ["localhost", "localhost"],
    ["127.0.0.0/8", "localhost"],
    ["127.0.0.1", "127.0.0.1"],
  ])("with %s allowed, %s is read", async (allowed, host) => {
    const server = await feedServer();
    server.serve("/feed", { body: "<rss/>" });
    const request = { url: `http://${host}:${server.port}/feed`, validators: null };
    const outcome = await fetcherAllowing(allowed).fetch(request, openGate, signal);
    expect(outcome.kind).toBe("modified");
  });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { type FollowDeps, followFeed, type FollowResult } from "../../src/follow/follow-feed.ts";
import { freshChannel, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../support/feed-server.ts";
import { numbered, rss } from "../support/rss.ts";
import { never, openPolling, type Polling } from "./polling.ts";

let real: RealRedis;
let polling: Polling;
let deps: FollowDeps;
const servers: FeedServer[] = [];

beforeAll(async () => {
  real = await openRealRedis();
  polling = openPolling(real);
  deps = { poll: polling.deps, channels: real.channels, shardCount: 4, mostFollows: 9 };
});

afterAll(async () => {
  await polling.close();
  for (const server of servers) await server.close();
  await real.close();
});

async function site(): Promise<FeedServer> {
  const server = await startFeedServer();
  servers.push(server);
  return server;
}

function page(server: FeedServer, ...links: readonly string[]): string {
  const elements = links.map((href) => `<link rel="alternate" type="application/rss+xml" href="${href}">`);
  const body = `<!doctype html><html><head><title>A site</title>${elements.join("")}</head></html>`;
  return server.page("", { headers: { "content-type": "text/html" }, body });
}

async function follow(url: string): Promise<FollowResult> {
  return await followFeed(deps, freshChannel(), url, never);
}

test("of several feeds that a page names the first is followed, the others are offered, those of comments last", async () => {
  const server = await site();
  for (const name of ["comments/feed", "all.xml", "news.xml"]) server.feed(name, rss([numbered(1)]));
  const result = await follow(page(server, "/comments/feed", "/all.xml", "/news.xml"));
  expect(result).toMatchObject({
    kind: "followed",
    state: { url: `${server.origin}/all.xml` },
    others: [`${server.origin}/news.xml`, `${server.origin}/comments/feed`],
  });
});

test("one that cannot be read does not hide the next", async () => {
  const server = await site();
  server.feed("good.xml", rss([numbered(1)]));
  const result = await follow(page(server, "/gone.xml", "/good.xml"));
  expect(result).toMatchObject({ kind: "followed", state: { url: `${server.origin}/good.xml` } });
});

test("where a page names none, the usual addresses are tried", async () => {
  const server = await site();
  server.feed("atom.xml", rss([numbered(1)]));
  expect(await follow(page(server))).toMatchObject({ kind: "followed", state: { url: `${server.origin}/atom.xml` } });
});

test("where none is found, the reason says what was there and what was tried", async () => {
  const server = await site();
  expect(await follow(page(server))).toEqual({
    kind: "refused",
    reason:
      `${server.origin}/ cannot be followed: This is an HTML page (status 200, text/html, 62 bytes), not a feed. ` +
      "It names no feed, and there is none at the usual addresses. Look for a link called RSS, Atom or Feed and use its address.",
  });
  const host = new URL(server.origin).host;
  expect(await follow(page(server, "/gone.xml"))).toMatchObject({
    reason: expect.stringMatching(
      `names none can be read: ${server.origin}/gone.xml cannot be followed: ${host} answered 404 \\(not found\\)`,
    ),
  });
});

import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { FeedServer } from "../support/feed-server.ts";
import type { Bot } from "../support/processes.ts";
import { openWorld, type World } from "../support/world.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
let bot: Bot;
let server: FeedServer;

beforeAll(async () => {
  world = await openWorld();
  server = await world.startServer();
  bot = await world.startBot();
});

afterAll(async () => world.close());

async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 1) : 1}/feed`;
}

const html = { "content-type": "text/html" };
const hasNoFeed = (): string => server.page("plain", { headers: html, body: "<html><body>Hi</body></html>" });
const isPrivate = (): string => "http://10.11.12.13/feed.xml";

const addresses = [
  { what: "text that is no address", address: () => "http://", reason: /address/i },
  { what: "a scheme that is not HTTP", address: () => "file:///etc/passwd", reason: /http/i },
  {
    what: "a page that is not there",
    address: () => `${server.origin}/nowhere`,
    reason: /404|not found/i,
  },
  { what: "a page without a feed", address: hasNoFeed, reason: /feed/i },
  {
    what: "a cut document",
    address: () => server.page("cut", { body: "<rss><channel><item><title>A" }),
    reason: /feed|document|end|cut/i,
  },
  {
    what: "an address in a private network",
    address: isPrivate,
    reason: /private|ALLOW_PRIVATE_NETWORKS/,
  },
  { what: "a port where nobody listens", address: deadAddress, reason: /refused|reach|connect/i },
];

test.each(addresses)("follow of $what is refused with the reason", async ({ address, reason }) => {
  const { isRefused, text } = await bot.say(`!wire follow ${await address()}`);
  expect([isRefused, text]).toEqual([true, expect.stringMatching(reason)]);
  expect(text).not.toMatch(/\n\s+at /);
});

test("after refusals nothing is followed", async () => {
  const { text } = await bot.say("!wire feeds");
  expect(text).not.toMatch(/^$|http/);
});

test.concurrent.each([
  { what: "a page without a feed", address: hasNoFeed },
  { what: "an address in a private network", address: isPrivate },
])("the command line ends with 1 on $what and says why on standard error only", async ({ address }) => {
  const { status, stdout, stderr } = await world.channel("refused").wire("follow", address());
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(new URL(address()).hostname);
});

test.concurrent.each([{ words: ["dance"] }, { words: ["follow"] }, { words: [] }])(
  "the command line ends with 2 on wrong usage: $words",
  async ({ words }) => {
    const { status, stdout, stderr } = await world.channel("usage").wire(...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/help|follow/i);
  },
);

import { afterAll, beforeAll, expect, test } from "vitest";
import { previews } from "../../adapters/index.ts";
import { complete } from "../../src/command/complete.ts";
import type { CommandContext } from "../../src/command/command.ts";
import type { CommandDeps } from "../../src/command/deps.ts";
import { createCommands } from "../../src/command/table.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

async function channelWith(...titles: readonly string[]): Promise<CommandContext> {
  const channel = freshChannel();
  for (const [i, title] of titles.entries()) {
    const id = freshFeedId();
    await real.feeds.setState(id, { url: `https://${id}.example/feed`, title });
    const authors = ["Ada Quill", "Ada Quill", "Paul E. Mc Kenney", `Only In ${title}`];
    const entries = authors.map((authorRaw, n) => entry(10 * i + n, { authorRaw }));
    await recordDocument(real.feeds, id, documentOf(entries), true, LIMITS);
    await follow(real, channel, id);
  }
  return { channel, role: "member" };
}

async function values(context: CommandContext, option: string, typed: string, feed = "", command = "authors") {
  const some: Partial<CommandDeps> = {
    feeds: real.feeds,
    channels: real.channels,
    previews,
    nowMs: async () => await Promise.resolve(Date.UTC(2024, 0, 4, 2)),
  };
  const deps = some as CommandDeps;
  const asked = { command, option, typed, options: { feed } };
  return await complete(deps, createCommands(deps), context, asked);
}

test("feeds are offered by number, title and address, and only those of the channel", async () => {
  const context = await channelWith("Kernel Planet", "Releases");
  await channelWith("Somebody else's");
  expect(await values(context, "feed", "")).toEqual([
    { value: "1", label: "1 Kernel Planet" },
    { value: "2", label: "2 Releases" },
  ]);
  expect((await values(context, "feed", "rele")).map(({ value }) => value)).toEqual(["2"]);
  expect((await values(context, "feed", "", "", "unfollow")).length).toBe(2);
});

test("authors of the feed are offered by any part of their name, those who write most first", async () => {
  const context = await channelWith("Kernel Planet", "Releases");
  expect((await values(context, "names", "", "1")).map(({ label }) => label)).toEqual([
    "Ada Quill (2 posts, last 3 days ago)",
    "Only In Kernel Planet (1 post, last 3 days ago)",
    "Paul E. Mc Kenney (1 post, last 3 days ago)",
  ]);
  expect(await values(context, "names", "mcken", "1")).toEqual([
    { value: "Paul E. Mc Kenney", label: "Paul E. Mc Kenney (1 post, last 3 days ago)" },
  ]);
});

test("the last name of a list is completed, and none is offered twice", async () => {
  const context = await channelWith("Kernel Planet");
  expect((await values(context, "names", "Ada Quill, pa", "1")).map(({ value }) => value)).toEqual([
    "Ada Quill, Paul E. Mc Kenney",
  ]);
  const others = await values(context, "names", "Ada Quill,", "1");
  expect(others.map(({ label }) => label).join(" ")).not.toMatch(/Ada Quill \(/);
  expect(others).toHaveLength(2);
});

test("choices and names of commands are offered by their beginning; what has no completion offers nothing", async () => {
  const context = await channelWith("Kernel Planet");
  expect((await values(context, "action", "in")).map(({ value }) => value)).toEqual(["include"]);
  expect((await values(context, "command", "fi", "", "help")).map(({ value }) => value)).toEqual(["filter"]);
  expect(await values(context, "n", "1", "", "latest")).toEqual([]);
  expect(await values(context, "nothing", "")).toEqual([]);
});

test("who writes in several feeds of the channel is offered once, with all posts", async () => {
  const context = await channelWith("Kernel Planet", "Releases");
  expect((await values(context, "names", "quill")).map(({ label }) => label)).toEqual([
    "Ada Quill (4 posts, last 3 days ago)",
  ]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { previews } from "../../adapters/index.ts";
import type { CommandDeps } from "../../src/command/deps.ts";
import { createCommands } from "../../src/command/table.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { toPlainText } from "../../src/summary/markdown.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { excludingAuthor, follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

test("authors are listed with their posts and their last one, who wrote last first, each once, also those who wrote together", async () => {
  const channel = freshChannel();
  const feedId = freshFeedId();
  await real.feeds.setState(feedId, { url: `https://${feedId}.example/feed`, title: "A planet" });
  const rows = [
    ["ADA QUILL", "2024-01-01T00:00:00.000Z"],
    ["Ada Quill", "2024-01-02T00:00:00.000Z"],
    ["Grace Ink, Paul Pen", "2024-01-10T00:00:00.000Z"],
    ["Paul Pen", "2024-01-03T00:00:00.000Z"],
    ["Zoe Ahead", "2099-01-01T00:00:00.000Z"],
    ["No Date", null],
  ] as const;
  const entries = rows.map(([authorRaw, publishedAt], n) => entry(n, { authorRaw, publishedAt }));
  await recordDocument(real.feeds, feedId, documentOf(entries), true, LIMITS);
  await follow(real, channel, feedId, excludingAuthor("Paul Pen"));
  const deps: Partial<CommandDeps> = {
    feeds: real.feeds,
    channels: real.channels,
    previews,
    nowMs: async () => await Promise.resolve(Date.UTC(2024, 0, 12)),
  };
  const authors = createCommands(deps as CommandDeps).find(({ name }) => name === "authors");
  const reply = await authors?.run({ channel, role: "guest" }, {});
  const [, list] = reply?.body ?? [];
  expect(list === undefined ? [] : toPlainText(list).split("\n")).toEqual([
    "- Zoe Ahead: 1 post, last dated ahead",
    "- Paul Pen: 2 posts, last 2 days ago — kept out",
    "- Grace Ink: 1 post, last 2 days ago",
    "- Ada Quill: 2 posts, last 10 days ago",
    "- No Date: 1 post",
  ]);
});

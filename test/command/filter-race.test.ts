import { afterAll, beforeAll, expect, test } from "vitest";
import { previews } from "../../adapters/index.ts";
import type { CommandDeps } from "../../src/command/deps.ts";
import { createCommands } from "../../src/command/table.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

test("people who change the rules of one feed at once do not undo each other", async () => {
  const channel = freshChannel();
  const feedId = freshFeedId();
  await real.feeds.setState(feedId, { url: `https://${feedId}.example/feed`, title: "A feed" });
  await follow(real, channel, feedId);
  const { feeds, channels } = real;
  const filter = createCommands({ feeds, channels, previews } as CommandDeps).find(({ name }) => name === "filter");
  const words = Array.from({ length: 30 }, (_, i) => `word${String(i)}`);
  const replies = await Promise.all(
    words.map(
      async (word) => await filter?.run({ channel, role: "manager" }, { feed: "1", action: "exclude", words: [word] }),
    ),
  );
  expect(replies.every((reply) => reply?.status === "done")).toBe(true);
  const { settings } = (await feeds.followers.get(feedId, channel)) ?? { settings: "{}" };
  const { exclude } = (JSON.parse(settings) as { filter: { words: { exclude: string[] } } }).filter.words;
  expect(exclude.toSorted()).toEqual(words.toSorted());
});

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { FeedServer } from "../support/feed-server.ts";
import type { Bot } from "../support/processes.ts";
import { numbered, rss } from "../support/rss.ts";
import { openTranscript } from "../support/transcript.ts";
import { until } from "../support/wait.ts";
import { doneInMain, openWorld, type World } from "../support/world.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
let bot: Bot;
let server: FeedServer;

beforeAll(async () => {
  world = await openWorld({ FAILING_NOTICE_SECONDS: "0.5", FAILING_STOP_SECONDS: "3" });
  server = await world.startServer();
  bot = await world.startBot();
});

afterAll(async () => world.close());

test("a feed that fails says so, is given up, is resumed, and is back: each once, in words", async () => {
  const first = rss([numbered(1)]);
  const { url } = server.feed("feed", first);
  await doneInMain(bot, `follow ${url}`);
  const transcript = openTranscript(world.dataDir, "main");
  const notices = async (count: number): Promise<readonly string[]> =>
    await until(`${String(count)} messages`, 30_000, async () => {
      const texts = (await transcript.messages()).map(({ text }) => text);
      return texts.length >= count ? texts : undefined;
    });
  server.page("feed", { status: 503 });
  expect(await notices(2)).toEqual([
    expect.stringMatching(/has not been readable since .*503 \(not available at the moment\)\. It is tried again/),
    expect.stringMatching(/is not read any more: .*503 .*“resume http.*“unfollow http/),
  ]);
  expect((await bot.say("!wire feeds")).text).toMatch(
    /⚠ not read any more, after failing since .*“resume 1” tries again/,
  );
  server.feed("feed", rss([numbered(2), numbered(1)]));
  expect((await bot.say(`!wire resume ${url}`)).text).toContain("was read just now: 1 new in it");
  const all = await notices(4);
  expect(all.filter((text) => text.includes("can be read again"))).toHaveLength(1);
  const { text } = await bot.say("!wire why 1");
  expect(text).toMatch(/read, 2 entries, 1 new/);
  expect(text).toMatch(/failed, \d+ times in a row: it answered 503/);
  expect((await bot.say("!wire why Post 2")).text).toMatch(/Posted here on|being sent|Waits/);
});

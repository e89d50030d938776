import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Bot } from "../support/processes.ts";
import { numbered, rss } from "../support/rss.ts";
import { openTranscript } from "../support/transcript.ts";
import { doneInMain, openWorld, type World } from "../support/world.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
let bot: Bot;

beforeAll(async () => {
  world = await openWorld();
  bot = await world.startBot();
});

afterAll(async () => world.close());

test("the terminal and the command line follow for any channel of the console", async () => {
  const feed = await world.feed([numbered(1)]);
  await doneInMain(bot, `follow ${feed.url} channel:second`);
  await world.channel("first").done("follow", feed.url, "channel:console:third");
  feed.publish(rss([numbered(2), numbered(1)]));
  for (const name of ["second", "third"]) {
    const transcript = openTranscript(world.dataDir, name, feed.url);
    expect((await transcript.entriesUntil("Post 2")).map(({ title }) => title)).toEqual(["Post 2"]);
  }
  for (const name of ["main", "first"])
    expect(await openTranscript(world.dataDir, name, feed.url).entries()).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Bot } from "../support/processes.ts";
import { numbered, rss } from "../support/rss.ts";
import { doneInMain, followInMain, openWorld, type World } from "../support/world.ts";

let world: World;
let bot: Bot;

const items = Array.from({ length: 7 }, (_, i) => {
  const content = `<p>All of it: ${String(i + 1)}.</p>`;
  return numbered(i + 1, { title: `Kernel *${String(i + 1)}*`, author: "Ada Quill", content });
}).toReversed();

beforeAll(async () => {
  world = await openWorld();
  bot = await world.startBot();
}, 60_000);

afterAll(async () => world.close());

test("on the terminal and from a shell the same is found, and the last line says what to type", async () => {
  const { feed, transcript } = await followInMain(world, bot, items.slice(2));
  await doneInMain(bot, "authors 1 exclude Ben Ink");
  feed.publish(rss([numbered(9, { title: "Kernel kept out", author: "Ben Ink" }), ...items]));
  await transcript.entriesUntil("Kernel *7*");
  const typed = (await bot.say("!wire search kernel")).text;
  expect(typed).toContain("8 hits");
  expect(typed).toContain(`[Kernel \\*7\\*](http://${feed.site}/posts/7)`);
  expect(typed).toContain("posted here");
  expect(typed).toContain("kept out: author");
  expect(typed).toContain("Next: `!wire search kernel page:2`");
  const channel = world.channel("main");
  const shell = await channel.done("search", "kernel", "page:2");
  expect(shell).toContain("**8 hits**, page 2 of 2");
  expect(shell).toContain("Previous: `search kernel page:1`");
  const { stdout } = await channel.wire("search", "all of", "author:ada quill", "--json");
  const { data } = JSON.parse(stdout) as { readonly data: Record<string, unknown> };
  expect(data).toMatchObject({ asked: '"all of" author:"ada quill"', total: 7, page: 1, pages: 2, ignored: [] });
}, 120_000);

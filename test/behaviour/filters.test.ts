import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Bot } from "../support/processes.ts";
import { numbered, rss } from "../support/rss.ts";
import { doneInMain, followInMain, lastItem, openWorld, titlesPosted, type World } from "../support/world.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
let bot: Bot;

beforeAll(async () => {
  world = await openWorld();
  bot = await world.startBot();
});

afterAll(async () => world.close());

const posts = [
  numbered(1, { title: "Ada on engines", author: "Ada Lovelace" }),
  numbered(2, { title: "Paul on barriers", author: "Paul E. McKenney" }),
  numbered(3, { title: "Émile on maps", author: "Émile Borel" }),
  numbered(4, {
    title: "Ada on holidays",
    author: "Ada Lovelace",
    content: "<p>Photos of the <em>sea</em> side.</p>",
  }),
];
const newestFirst = posts.toReversed();
/** Passes every filter below. */
const last = { ...lastItem, author: "Ada Lovelace", content: "<p>engines and barriers</p>" };
const [engines, barriers, maps, holidays] = ["Ada on engines", "Paul on barriers", "Émile on maps", "Ada on holidays"];

const filters = [
  { command: "authors", mode: "include", names: `"ada lovelace"`, passing: [engines, holidays] },
  {
    command: "authors",
    mode: "include",
    names: `"EMILE borel" "Ada Lovelace"`,
    passing: [engines, maps, holidays],
  },
  {
    command: "authors",
    mode: "exclude",
    names: `"Paul E. Mc Kenney"`,
    passing: [engines, maps, holidays],
  },
  { command: "filter", mode: "include", names: "engines barriers", passing: [engines, barriers] },
  { command: "filter", mode: "exclude", names: `"sea side"`, passing: [engines, barriers, maps] },
];

test.each(filters)("$command $mode $names decides what is posted", async ({ command, mode, names, passing }) => {
  const follow = await followInMain(world, bot, []);
  await doneInMain(bot, `${command} ${follow.feed.url} ${mode} ${names}`);
  expect(await titlesPosted(follow, [newestFirst], last)).toEqual([...passing, "The end"]);
});

test("each channel filters for itself, and clear lets all through again", async () => {
  const follow = await followInMain(world, bot, []);
  const other = world.channel("other");
  await other.done("follow", follow.feed.url);
  await doneInMain(bot, `authors ${follow.feed.url} include Nobody`);
  follow.feed.publish(rss(newestFirst));
  await other.transcript.entriesUntil("Ada on holidays");
  await follow.feed.lastConfirmed();
  await doneInMain(bot, `authors ${follow.feed.url} clear`);
  expect(await titlesPosted(follow, [newestFirst])).toEqual(["The end"]);
});

test("an exclusion made while an entry waits withdraws it", async () => {
  const follow = await followInMain(world, bot, []);
  await doneInMain(bot, "pause");
  follow.feed.publish(rss(newestFirst));
  await follow.feed.lastConfirmed();
  await doneInMain(bot, `authors ${follow.feed.url} exclude "Ada Lovelace"`);
  await doneInMain(bot, "resume");
  expect(await titlesPosted(follow, [newestFirst])).toEqual([barriers, maps, "The end"]);
});

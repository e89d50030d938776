import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Bot } from "../support/processes.ts";
import { numbered, rss } from "../support/rss.ts";
import { openTranscript } from "../support/transcript.ts";
import { until } from "../support/wait.ts";
import { doneInMain, followInMain, lastItem, openWorld, titlesPosted, type World } from "../support/world.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
let bot: Bot;

beforeAll(async () => {
  world = await openWorld();
  bot = await world.startBot();
});

afterAll(async () => world.close());

const many = Array.from({ length: 500 }, (_, index) => numbered(500 - index));
const [one, two, three] = [numbered(1), numbered(2), numbered(3)];

test("the first poll of a feed with 500 entries posts none of them, the next new entry is posted", async () => {
  const follow = await followInMain(world, bot, many);
  expect(await titlesPosted(follow, [[numbered(501), ...many]])).toEqual(["Post 501", "The end"]);
});

test("a burst of 500 entries is one digest that lists each once, oldest first", async () => {
  const follow = await followInMain(world, bot, []);
  const titles = await titlesPosted(follow, [many]);
  expect(titles).toEqual([...many.map(({ title }) => title).toReversed(), "The end"]);
  const messages = await follow.transcript.messages();
  expect(messages.map(({ kind, entries }) => [kind, entries.length])).toEqual([
    ["digest", 500],
    ["post", 1],
  ]);
});

test("a site's address is enough: the feed that it names is followed", async () => {
  const server = await world.startServer();
  const feed = server.feed("feed.xml", rss([one]));
  const link = `<link rel="alternate" type="application/rss+xml" href="/feed.xml">`;
  const headers = { "content-type": "text/html; charset=utf-8" };
  const body = `<!doctype html><html><head><title>A blog</title>${link}</head><body></body></html>`;
  await doneInMain(bot, `follow ${server.page("", { headers, body })}`);
  feed.publish(rss([two, one]));
  const transcript = openTranscript(world.dataDir, "main", feed.url);
  expect((await transcript.entriesUntil("Post 2")).map(({ title }) => title)).toEqual(["Post 2"]);
});

test("pause keeps what comes and resume posts it; another channel is not held up", async () => {
  const { feed, transcript } = await followInMain(world, bot, [one]);
  const witness = world.channel("witness");
  await witness.done("follow", feed.url);
  await doneInMain(bot, "pause");
  feed.publish(rss([two, one]));
  await witness.transcript.entriesUntil("Post 2");
  await feed.lastConfirmed();
  expect(await transcript.entries()).toEqual([]);
  await doneInMain(bot, "resume");
  expect((await transcript.entriesUntil("Post 2")).map(({ title }) => title)).toEqual(["Post 2"]);
});

test("unfollow withdraws what has not been sent", async () => {
  const left = await followInMain(world, bot, [one]);
  const kept = await followInMain(world, bot, [one]);
  await doneInMain(bot, "pause");
  left.feed.publish(rss([two, one]));
  await left.feed.lastConfirmed();
  await doneInMain(bot, `unfollow ${left.feed.url}`);
  await doneInMain(bot, "resume");
  expect(await titlesPosted(kept, [])).toEqual(["The end"]);
  expect(await left.transcript.entries()).toEqual([]);
});

test("a follow of what others follow already starts with the next entry", async () => {
  const { feed, transcript: early } = await followInMain(world, bot, [one]);
  feed.publish(rss([two, one]));
  await early.entriesUntil("Post 2");
  const late = world.channel("late");
  await late.done("follow", feed.url);
  feed.publish(rss([three, two, one]));
  expect((await late.transcript.entriesUntil("Post 3")).map(({ title }) => title)).toEqual(["Post 3"]);
});

test("a feed that moves to another host for good posts what is new there and nothing again", async () => {
  const server = await world.startServer();
  const old = server.feed("feed.xml", rss([one]));
  await doneInMain(bot, `follow ${old.url}`);
  const next = await world.feed([two, one]);
  server.page("feed.xml", { status: 301, headers: { location: next.url } });
  next.publish(rss([lastItem, two, one]));
  const transcripts = [old, next].map(({ url }) => openTranscript(world.dataDir, "main", url));
  const titles = await until("“The end” under either address", 15_000, async () => {
    const entries = await Promise.all(transcripts.map(async (transcript) => transcript.entries()));
    const posted = entries.flat().map(({ title }) => title);
    return posted.includes("The end") ? posted : undefined;
  });
  expect(titles).toEqual(["Post 2", "The end"]);
});

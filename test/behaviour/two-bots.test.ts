import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Bot } from "../support/processes.ts";
import { startRedis } from "../support/redis.ts";
import { type Item, numbered, rss } from "../support/rss.ts";
import type { ServedFeed } from "../support/served-feed.ts";
import { openTranscript } from "../support/transcript.ts";
import { doneInMain, openWorld } from "../support/world.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const feedCount = 3;
const entryCount = 8;
/** Long enough for requests to meet if nothing keeps them apart. */
const answerMs = 40;

test("two bots on one Redis post each entry once and never ask a host twice at the same time", async () => {
  const directory = await mkdtemp(join(tmpdir(), "planetwire-redis-"));
  const redis = await startRedis(directory);
  const world = await openWorld({ REDIS_URL: redis.url });
  onTestFinished(async () => {
    await world.close();
    await redis.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const server = await world.startServer(answerMs);
  const bots = await Promise.all([world.startBot(), world.startBot()]);
  const growing = Array.from({ length: entryCount }, (_, n) => rss(firstItems(n + 2)));
  const feeds = Array.from({ length: feedCount }, (_, n) =>
    server.feed(`feed-${n}`, rss(firstItems(1)), undefined, `planet${n}.example`),
  );
  for (const feed of feeds) feed.hold();
  await Promise.all(bots.map(async (bot) => followAll(bot, feeds)));
  for (const feed of feeds) feed.publish(...growing);
  for (const feed of feeds) feed.begin();
  await Promise.all(bots.map(async (bot) => followAll(bot, feeds)));

  const titles = Array.from({ length: entryCount }, (_, n) => `Post ${n + 1}`);
  for (const feed of feeds) {
    const transcript = openTranscript(world.dataDir, "main", feed.url);
    const entries = await transcript.entriesUntil(titles.at(-1) ?? "", 40_000);
    expect(entries.map(({ title }) => title)).toEqual(titles);
  }
  expect(server.openMax()).toBe(1);
  expect(await Promise.all(bots.map(async (bot) => bot.stop()))).toMatchObject([{ status: 0 }, { status: 0 }]);
});

/** Each follow is a request, also of a feed that is followed already: so both bots ask while one of them polls. */
async function followAll(bot: Bot, feeds: readonly ServedFeed[]): Promise<void> {
  for (const feed of feeds) await doneInMain(bot, `follow ${feed.url}`);
}

/** Posts 0 to count - 1, the newest first. */
function firstItems(count: number): readonly Item[] {
  return Array.from({ length: count }, (_, n) => numbered(count - 1 - n));
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type TestContext, vi } from "vitest";
import { slowDocument } from "../parse/slow.ts";
import { startBot } from "../support/processes.ts";
import { privateRedisPid, startRedis } from "../support/redis.ts";
import { numbered, rss } from "../support/rss.ts";
import type { Transcript } from "../support/transcript.ts";
import { until } from "../support/wait.ts";
import { doneInMain, followInMain, killPrivateRedis, openWorld, type World } from "../support/world.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

/** SIGTERM to exit, as promised. */
const stopMaxMs = 10_000;
/** A restart of Redis, the locks of the time before, and the next poll. */
const recoveryMs = 30_000;

const [one, two, three] = [numbered(1), numbered(2), numbered(3)];

async function freshWorld({ onTestFinished }: TestContext): Promise<World> {
  const world = await openWorld();
  onTestFinished(async () => world.close());
  return world;
}

async function redisGone(world: World): Promise<void> {
  const look = async (): Promise<true | undefined> =>
    (await privateRedisPid(world.dataDir)) === undefined ? true : undefined;
  await until("the end of the private redis-server", 5000, look);
}

async function titlesUntil(transcript: Transcript, title: string): Promise<readonly string[]> {
  return (await transcript.entriesUntil(title, recoveryMs)).map((entry) => entry.title);
}

test.concurrent("a second bot on a private Redis is refused and told what to do; the first goes on, and stops its Redis", async (context) => {
  const world = await freshWorld(context);
  const first = await world.startBot();
  const second = startBot(world.settings);
  const { status } = await second.ended;
  expect(status).toBeGreaterThan(0);
  expect(second.log.join("\n")).toMatch(/another|already|second/i);
  expect(second.log.join("\n")).toContain("REDIS_URL");
  await doneInMain(first, "feeds");
  expect(await first.stop()).toEqual({ status: 0, signal: null });
  await redisGone(world);
});

test.concurrent("SIGTERM ends the bot with status 0 in time when Redis does not answer", async ({ onTestFinished }) => {
  const directory = await mkdtemp(join(tmpdir(), "planetwire-redis-"));
  const redis = await startRedis(directory);
  const world = await openWorld({ REDIS_URL: redis.url });
  onTestFinished(async () => {
    redis.signal("SIGCONT");
    await world.close();
    await redis.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const bot = await world.startBot();
  redis.signal("SIGSTOP");
  const startMs = performance.now();
  expect(await bot.stop()).toEqual({ status: 0, signal: null });
  expect(performance.now() - startMs).toBeLessThan(stopMaxMs);
});

test.concurrent("while a document takes too long to read, other feeds are posted, and SIGTERM ends the bot in time", async (context) => {
  const world = await freshWorld(context);
  const bot = await world.startBot();
  const slow = await followInMain(world, bot, [one]);
  const { feed, transcript } = await followInMain(world, bot, [one]);
  slow.feed.publish(slowDocument());
  await until("the slow document to be asked for", recoveryMs, () => (slow.feed.shown === 1 ? true : undefined));
  feed.publish(rss([two, one]));
  expect(await titlesUntil(transcript, "Post 2")).toEqual(["Post 2"]);
  expect(bot.log.join("\n")).not.toContain("given up");
  const startMs = performance.now();
  expect(await bot.stop()).toEqual({ status: 0, signal: null });
  expect(performance.now() - startMs).toBeLessThan(stopMaxMs);
  await redisGone(world);
});

test.concurrent("a private Redis that dies is started again, and posts go on", async (context) => {
  const world = await freshWorld(context);
  const bot = await world.startBot();
  const { feed, transcript } = await followInMain(world, bot, [one]);
  feed.publish(rss([two, one]));
  await transcript.entriesUntil("Post 2");
  await killPrivateRedis(world.dataDir);
  feed.publish(rss([three, two, one]));
  expect(await titlesUntil(transcript, "Post 3")).toEqual(["Post 2", "Post 3"]);
});

test.concurrent("a private Redis left behind by a killed bot is adopted by the next, and stopped with it", async (context) => {
  const world = await freshWorld(context);
  const killed = await world.startBot();
  const { feed, transcript } = await followInMain(world, killed, [one]);
  killed.signal("SIGKILL");
  await killed.ended;
  const orphan = await privateRedisPid(world.dataDir);
  expect(orphan).toBeGreaterThan(0);
  const next = await world.startBot();
  expect(await privateRedisPid(world.dataDir)).toBe(orphan);
  feed.publish(rss([two, one]));
  expect(await titlesUntil(transcript, "Post 2")).toEqual(["Post 2"]);
  expect(await next.stop()).toEqual({ status: 0, signal: null });
  await redisGone(world);
});

test.concurrent("the command line works without a bot, leaves no Redis running, and what it followed is posted later", async (context) => {
  const world = await freshWorld(context);
  const feed = await world.feed([one]);
  const channel = world.channel("a");
  expect(await channel.done("follow", feed.url)).toContain("Post 1");
  await redisGone(world);
  expect(JSON.parse(await channel.done("feeds", "--json"))).toMatchObject({ status: "done" });
  feed.publish(rss([two, one]));
  await world.startBot();
  expect(await titlesUntil(channel.transcript, "Post 2")).toEqual(["Post 2"]);
  expect(await channel.done("latest", "1", "1")).toContain("Post 2");
});

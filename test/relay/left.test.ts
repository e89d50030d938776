import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetChannel } from "../../src/relay/forget-channel.ts";
import { endLeft } from "../../src/relay/left.ts";
import { channelUnusable, channelUsable, PAUSED_BY_A_PERSON } from "../../src/relay/pause.ts";
import { ImportStore } from "../../src/store/import-store.ts";
import { channelKeys, dueKey, forgottenKey } from "../../src/store/keys.ts";
import { silent } from "../poll/polling.ts";
import { allKeys, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { runScript } from "../support/processes.ts";
import { openScene, type Scene, titles } from "./scene.ts";
import { fanOut, runSweep } from "./work.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const nothing = async (): Promise<void> => await Promise.resolve();
const DAY_MS = 86_400_000;

async function sweepAfter(days: number): Promise<void> {
  const { feeds, channels } = real;
  const nowMs = async (): Promise<number> => await Promise.resolve(Date.now() + days * DAY_MS);
  const deps = {
    feeds,
    channels,
    imports: new ImportStore(real.redis),
    shardCount: 1,
    nowMs,
    fanOut: async (id: string) => await fanOut(real, id),
    startImport: nothing,
    forgetMemory: nothing,
  };
  const left = { channels, nowMs, leftKeepMs: 30 * DAY_MS, log: silent };
  await runSweep(real, {
    nowMs,
    left: async (id) => await endLeft(left, id),
    forget: async (channel) => await forgetChannel(deps, channel),
  });
}

/** A channel that follows a feed and got something of it. */
async function used(): Promise<Scene> {
  const scene = await openScene(real);
  await real.channels.register(scene.channel);
  await real.feeds.schedule.add(0, scene.feedId, 0);
  await scene.publish([1]);
  await scene.drainAll();
  expect(scene.posted()).toEqual(titles(1));
  return scene;
}

const keysOf = async (channel: string): Promise<string[]> =>
  (await allKeys(real.redis)).filter((key) => key.includes(`{${channel}}`));

const deps = (): Parameters<typeof channelUnusable>[0] => ({ channels: real.channels, wake: nothing });

test("a channel that the bot was removed from is kept for its time, and then nothing of it is left, and its feed rests", async () => {
  const { channel, feedId } = await used();
  await channelUnusable(deps(), channel, "removed", true);
  await sweepAfter(29);
  expect(await real.channels.follows(channel)).toHaveLength(1);
  // Told twice, it counts from the first time.
  await channelUnusable(deps(), channel, "removed", true);
  await sweepAfter(31);
  expect(await keysOf(channel)).toEqual([forgottenKey(channel)]);
  expect(await real.feeds.followers.get(feedId, channel)).toBeNull();
  expect(await real.redis.zscore(dueKey(0), feedId)).toBeNull();
});

test("a channel to which the bot comes back in time stays, also if a person had paused it", async () => {
  const { channel } = await used();
  await real.channels.pause(channel, PAUSED_BY_A_PERSON);
  await channelUnusable(deps(), channel, "removed", true);
  await channelUsable(deps(), channel);
  await sweepAfter(400);
  expect(await real.channels.follows(channel)).toHaveLength(1);
  expect(await real.channels.pausedBecause(channel)).toBe(PAUSED_BY_A_PERSON);
});

test("a channel that is only closed is kept, however long", async () => {
  const { channel } = await used();
  await channelUnusable(deps(), channel, "archived");
  await sweepAfter(400);
  expect(await real.channels.follows(channel)).toHaveLength(1);
});

test("of a channel that nobody ever followed anything in, nothing is noted", async () => {
  await real.channels.left.note("test:unknown");
  expect(await real.redis.exists(channelKeys("test:unknown").meta)).toBe(0);
});

test("a whole workspace is forgotten from the shell, and no other", async () => {
  const { channels } = real;
  const ids = ["slack:T1/C1", "slack:T1/C2", "slack:T10/C1", "discord:7", "discord:8"];
  for (const id of ids) {
    await channels.register(id);
    await channels.beginFollow(id, "feed", 9);
  }
  await real.redis.set("pw:adapter:{discord guild 7}", "900");
  await real.redis.set("pw:adapter:{discord guild 8}", "901");
  const wire = async (...words: readonly string[]): ReturnType<typeof runScript> =>
    await runScript("src/wire.ts", words, { REDIS_URL: real.url, DATA_DIR: real.directory });
  const asked = await wire("--workspace", "slack:T1", "forget");
  expect(asked.stdout).toMatch(/Of 2 channels[^]*slack:T1\/C1[^]*slack:T1\/C2[^]*forget yes/);
  expect(await keysOf("slack:T1/C1")).not.toEqual([]);
  const outcomes = [
    await wire("--workspace", "slack:T1", "forget", "yes"),
    await wire("--workspace", "discord:900", "forget", "yes"),
    await wire("--workspace", "slack:T1", "forget", "yes"),
    await wire("--workspace", "slack:T10", "feeds"),
  ];
  expect(outcomes.map(({ status }) => status)).toEqual([0, 0, 1, 2]);
  for (const id of ids) {
    const isForgotten = ["slack:T1/C1", "slack:T1/C2", "discord:7"].includes(id);
    expect((await keysOf(id)).filter((key) => key !== forgottenKey(id)).length === 0, id).toBe(isForgotten);
  }
  expect(await real.redis.exists("pw:adapter:{discord guild 7}")).toBe(0);
}, 60_000);

import { afterAll, beforeAll, expect, test } from "vitest";
import { recordDocument } from "../../src/poll/record.ts";
import { drainChannel } from "../../src/relay/deliver.ts";
import { forgetChannel, type ForgetDeps } from "../../src/relay/forget-channel.ts";
import { entryId } from "../../src/relay/item.ts";
import { ImportStore } from "../../src/store/import-store.ts";
import { channelKeys, channelsKey, dueKey, forgottenKey, importsKey, keysOfChannel } from "../../src/store/keys.ts";
import { RecentSearches } from "../../src/store/recent-searches.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { never } from "../poll/polling.ts";
import { follow } from "../store/follows.ts";
import { allKeys, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { dying, Life } from "./life.ts";
import { fails, isLostOnTheWay, neverReturns } from "./platform.ts";
import { openScene, type Scene, SHORT_ATTEMPT_MS, titles } from "./scene.ts";
import { fanOut, runSweep } from "./work.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const nothing = async (): Promise<void> => await Promise.resolve();

/** What a process with this life has; `memory` are the channels of which the adapter remembers something. */
function depsOf(life = new Life(), memory = new Set<string>()): ForgetDeps {
  const feeds = dying(real.feeds, life);
  const channels = dying(real.channels, life);
  return {
    feeds,
    channels,
    imports: dying(new ImportStore(real.redis), life),
    shardCount: 1,
    nowMs: async () => await Promise.resolve(Date.now()),
    fanOut: async (id) => await fanOut({ feeds, channels }, id),
    startImport: nothing,
    forgetMemory: async (channel) => await life.step(async () => await Promise.resolve(void memory.delete(channel))),
  };
}

async function forget(channel: string, deps = depsOf()): Promise<boolean> {
  await deps.channels.forgets.mark(channel);
  return await forgetChannel(deps, channel);
}

async function sweepOnce(memory?: Set<string>): Promise<void> {
  const deps = depsOf(new Life(), memory);
  await runSweep(deps, { forget: async (channel) => await forgetChannel(deps, channel) });
}

/** Wherever Redis names the channel: keys, members, fields, values. What remains for a day are its two counters. */
async function tracesOf(channel: string): Promise<string[]> {
  const found: string[] = [];
  for (const key of await allKeys(real.redis)) {
    if (key === forgottenKey(channel)) continue;
    const type = await real.redis.type(key);
    const held =
      type === "hash"
        ? await real.redis.hgetall(key)
        : type === "zset"
          ? await real.redis.zrange(key, "0", "-1")
          : type === "set"
            ? await real.redis.smembers(key)
            : await real.redis.get(key);
    if (`${key} ${JSON.stringify(held)}`.includes(channel)) found.push(key);
  }
  return found;
}

/** A channel of which everything is kept that can be. */
async function stage(): Promise<Scene> {
  const scene = await openScene(real);
  const { channel, feedId } = scene;
  const { channels, feeds } = real;
  await scene.publish([1, 2]);
  await scene.drainAll();
  await recordDocument(feeds, feedId, documentOf([entry(1, { titleRaw: "Changed" }), entry(3)]), true, LIMITS);
  await depsOf().fanOut(feedId);
  await channels.announce(channel, "n", "Something to know");
  await channels.settings.changeDefaults(channel, () => "{}");
  await channels.fetches.take(channel, "ada", "token", { windowMs: 60_000, mostOfUser: 9, mostOfChannel: 9 });
  await new RecentSearches(real.redis).note(channel, "kernel", Date.now());
  const imports = new ImportStore(real.redis);
  await imports.begin(channel, "i", { source: channel, total: 1, list: [channel] }, Date.now());
  await imports.note(channel, "i", 0, { kind: "limit" });
  await imports.end(channel, "i");
  await imports.told(channel, "i");
  await channels.moves.note(channel, feedId, "elsewhere");
  await channels.moves.leave(feedId, channel, (await channels.follows(channel)).get(feedId) ?? "", "elsewhere");
  await feeds.schedule.add(0, feedId, 0);
  // Published, and not yet offered.
  await recordDocument(feeds, feedId, documentOf([entry(4)]), true, LIMITS);
  scene.platform.fates.push(fails("try-later", "busy", 60_000));
  await scene.drain();
  await real.redis.zadd(channelKeys(channel).detailsDue, Date.now() + 60_000, channel);
  for (const key of keysOfChannel(channel))
    if ((await real.redis.exists(key)) === 1) continue;
    else if (key === channelKeys(channel).detailsDue) await real.redis.zadd(key, 0, channel);
    else await real.redis.hset(key, "field", channel);
  return scene;
}

test("every key of a channel is removed, its rows in feeds, registries and what the adapter remembers", async () => {
  const { channel, feedId } = await stage();
  const memory = new Set([channel]);
  expect(await real.redis.exists(...keysOfChannel(channel))).toBe(keysOfChannel(channel).length);
  expect(await tracesOf(channel)).toEqual(expect.arrayContaining([channelsKey, importsKey, ...keysOfChannel(channel)]));
  expect(await forget(channel, depsOf(new Life(), memory))).toBe(true);
  expect(await tracesOf(channel)).toEqual([]);
  expect(memory.size).toBe(0);
  expect(await real.redis.zscore(dueKey(0), feedId)).toBeNull();
  expect(Object.keys(await real.redis.hgetall(forgottenKey(channel)))).toEqual(["epoch", "followCounter"]);
  expect(await real.redis.ttl(forgottenKey(channel))).toBeGreaterThan(80_000);
});

test.each(["before", "after"] as const)(
  "whoever dies %s any step of it is succeeded by the sweep: nothing is posted, nothing is left, and a follow begins anew",
  async (moment) => {
    const dry = new Life();
    await forget((await stage()).channel, depsOf(dry));
    expect(dry.calls).toBeGreaterThan(10);
    for (let step = 1; step <= dry.calls; step += 1) {
      const scene = await stage();
      const { channel, feedId, platform } = scene;
      const before = platform.tried.length;
      const memory = new Set([channel]);
      const life = new Life(step, moment);
      await expect(forget(channel, depsOf(life, memory)), `step ${String(step)}`).rejects.toThrow("killed");
      const isMarked = step > 1 || moment === "after";
      if (!isMarked) {
        await forget(channel);
        continue;
      }
      await scene.timePasses();
      expect(await scene.drain()).toBeNull();
      await sweepOnce(memory);
      expect(platform.tried).toHaveLength(before);
      expect([step, await tracesOf(channel), memory.size]).toEqual([step, [], 0]);
      await follow(real, channel, feedId);
      await scene.publish([4, 3, 2, 1]);
      await scene.publish([5]);
      await scene.drainAll();
      expect(platform.tried.slice(before).map(({ message }) => message)).toHaveLength(1);
      expect(scene.posted().at(-1)).toBe("Post 5");
      expect(await scene.row(3)).toBeNull();
      await forget(channel);
    }
  },
  120_000,
);

test("a post that is under way is waited for, and nobody looks for it or sends it again", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  expect(await forget(scene.channel)).toBe(false);
  expect(await scene.drain()).toBeNull();
  expect(await real.channels.beginFollow(scene.channel, "another", 9)).toBeNull();
  await sweepOnce();
  expect(await real.channels.forgets.standing(scene.channel)).toBe("forgetting");
  await scene.timePasses();
  expect(await scene.drain()).toBeNull();
  await sweepOnce();
  expect(await tracesOf(scene.channel)).toEqual([]);
  expect(scene.platform.tried).toHaveLength(1);
});

test("a writer who is at a post when the channel is forgotten sends nothing more", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(neverReturns);
  const run = scene.drain({ attemptMs: SHORT_ATTEMPT_MS });
  await expect.poll(() => scene.platform.tried.length).toBe(1);
  expect(await forget(scene.channel)).toBe(false);
  await run;
  await expect.poll(async () => await forgetChannel(depsOf(), scene.channel)).toBe(true);
  expect(scene.platform.tried).toHaveLength(1);
  expect(await tracesOf(scene.channel)).toEqual([]);
});

test("a writer from before the mark begins nothing behind it", async () => {
  const scene = await openScene(real);
  const { channel, feedId } = scene;
  await scene.publish([1]);
  const epoch = (await real.channels.delivery.takeOver(channel)) ?? "";
  await real.channels.forgets.mark(channel);
  const items = [{ id: entryId(feedId, 1), linkKey: "" }];
  const { result } = await real.channels.delivery.begin(channel, epoch, {
    key: "k",
    message: "m",
    items,
    attemptMs: 50,
  });
  expect(result).toBe("stale");
  expect(await forgetChannel(depsOf(), channel)).toBe(true);
});

test("what a stalled process still holds of the forgotten channel fits nothing in the new one", async () => {
  const scene = await openScene(real);
  const { channel, feedId } = scene;
  const { channels } = real;
  const oldId = (await channels.follows(channel)).get(feedId) ?? "";
  const oldEpoch = (await channels.delivery.takeOver(channel)) ?? "";
  await forget(channel);
  await channels.admit(channel, feedId, oldId, [{ n: 1, why: "" }], 1e9);
  await channels.announce(channel, "gone", "It is gone", feedId);
  const ada = { id: entryId(feedId, 1), feedId, number: 1, since: 0 };
  expect(await channels.delivery.takeOver(channel)).toBeNull();
  expect(await scene.drain()).toBeNull();
  expect(await tracesOf(channel)).toEqual([]);
  const newId = await follow(real, channel, feedId);
  expect(newId).not.toBe(oldId);
  expect(Number(await channels.delivery.takeOver(channel))).toBeGreaterThan(Number(oldEpoch));
  const begun = await channels.delivery.begin(channel, oldEpoch, {
    key: "k",
    message: "m",
    items: [{ id: ada.id, linkKey: "" }],
    attemptMs: 50,
  });
  expect(begun.result).toBe("stale");
  expect(await channels.admit(channel, feedId, oldId, [{ n: 1, why: "" }], 1e9)).toBe(-1);
  await scene.drainAll();
  expect(scene.messages()).toEqual([]);
});

test("an import that is under way is stopped first, and none begins meanwhile", async () => {
  const scene = await openScene(real);
  const { channel } = scene;
  const imports = new ImportStore(real.redis);
  await imports.begin(channel, "i", { source: "x", total: 9, list: [] }, Date.now());
  expect(await forget(channel)).toBe(false);
  expect(await imports.state(channel)).toMatchObject({ isStopped: true });
  await imports.told(channel, "i");
  expect(await imports.begin(channel, "j", { source: "x", total: 9, list: [] }, Date.now())).toBe(false);
  expect(await forgetChannel(depsOf(), channel)).toBe(true);
  expect(await tracesOf(channel)).toEqual([]);
});

test("other channels keep what they follow, and a feed that somebody follows goes on being read", async () => {
  const [scene, other] = [await openScene(real), await openScene(real)];
  await follow(real, other.channel, scene.feedId);
  await real.feeds.schedule.add(0, scene.feedId, 0);
  await forget(scene.channel);
  expect(await real.redis.zscore(dueKey(0), scene.feedId)).not.toBeNull();
  await scene.publish([1]);
  await drainChannel(scene.deps, other.channel, never);
  expect(scene.platform.messages(other.channel).flatMap(({ entries }) => entries)).toEqual(titles(1));
  expect(await tracesOf(scene.channel)).toEqual([]);
});

test("without the mark nothing is removed", async () => {
  const scene = await openScene(real);
  expect(await forgetChannel(depsOf(), scene.channel)).toBe(true);
  await real.channels.forgets.remove(scene.channel);
  expect((await real.channels.follows(scene.channel)).size).toBe(1);
});

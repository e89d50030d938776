import { afterAll, beforeAll, expect, test } from "vitest";
import { drainChannel } from "../../src/relay/deliver.ts";
import { finishFanOuts } from "../../src/relay/fan-out.ts";
import { moveChannel } from "../../src/relay/move-channel.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { never } from "../poll/polling.ts";
import { freshChannel, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { dying, Life, untilOver } from "./life.ts";
import { fails } from "./platform.ts";
import { titles } from "./scene.ts";
import { copy, openSources, type Sources } from "./sources.ts";

// What a channel that takes another's place knows of posts that several feeds bring.

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const DAY_MS = 86_400_000;

async function moved(from: string, to = freshChannel(), life = new Life()): Promise<string> {
  const wake = async (): Promise<void> => await Promise.resolve();
  const [feeds, channels] = [dying(real.feeds, life), dying(real.channels, life)];
  const fanOut = async (id: string): Promise<void> =>
    await finishFanOuts({ feeds, channels, wake, retentionMs: 1e9 }, id);
  await real.channels.markMoved(from, to);
  await untilOver(life, moveChannel({ feeds, channels, wake, fanOut }, from, to));
  return to;
}

async function drainTo(scene: Sources, to: string): Promise<readonly string[]> {
  while ((await drainChannel(scene.deps, to, never)) !== null);
  return scene.platform.messages(to).flatMap(({ entries }) => entries);
}

const ALREADY = { state: "withdrawn", why: "posted already, from A feed" };

test("what was posted before the move is not posted again when another feed brings it, whichever came first, nor behind a second move", async () => {
  const scene = await openSources(real);
  await scene.publish([1]);
  await scene.publish([2], scene.planet);
  await scene.drain();
  let to = await moved(scene.channel);
  await scene.publish([1], scene.planet, copy(1));
  expect(await drainTo(scene, to)).toEqual([]);
  expect(await real.channels.ledgerRow(to, `${scene.planet}.2`)).toMatchObject(ALREADY);
  to = await moved(to);
  await scene.publish([2, 3], scene.feedId);
  expect(await drainTo(scene, to)).toEqual(titles(3));
  // And of what is posted there from then on.
  await scene.publish([3], scene.planet, copy(3));
  expect(await drainTo(scene, to)).toEqual(titles(3));
});

test("what was refused before the move keeps nothing away behind it", async () => {
  const scene = await openSources(real);
  scene.platform.fates.push(fails("message-rejected"));
  await scene.publish([1]);
  await scene.drain();
  const to = await moved(scene.channel);
  await scene.publish([1], scene.planet, copy(1));
  expect(await drainTo(scene, to)).toEqual(["Copy of 1"]);
});

test("a link that posts of one feed shared before the move stands for none of them behind it", async () => {
  const scene = await openSources(real);
  const link = "https://planet.example/news";
  for (const n of [1, 2]) {
    await scene.publish([n], scene.feedId, { link });
    await scene.drain();
  }
  const to = await moved(scene.channel);
  await scene.publish([1], scene.planet, copy(1, { link }));
  expect(await drainTo(scene, to)).toEqual(["Copy of 1"]);
});

test("nor does one that a feed gives to another post after its follow went on as that feed's", async () => {
  for (const [guid, expected] of [
    ["another", ["Copy of 1"]],
    ["urn:example:1", []],
  ] as const) {
    const scene = await openSources(real);
    await scene.publish([1]);
    await scene.drain();
    await real.channels.moves.became(scene.channel, scene.feedId, scene.planet);
    const to = await moved(scene.channel);
    const publishedAt = "2024-02-02T02:02:02.000Z";
    await scene.publish([1], scene.planet, copy(1, { guid, publishedAt }));
    expect(await drainTo(scene, to)).toEqual(expected);
  }
});

test("what the new channel met itself stays, and each is forgotten when it would have been", async () => {
  const scene = await openSources(real);
  await scene.publish([1, 2]);
  await scene.drain();
  const to = freshChannel();
  const [old, own] = [channelKeys(scene.channel), channelKeys(to)];
  const [first = "", second = ""] = await real.redis.hkeys(old.links);
  const longAgo = Date.now() - 29 * DAY_MS;
  await real.redis.zadd(old.linkTimes, longAgo, first);
  await real.redis.hset(own.links, second, "x.7");
  const later = Date.now() + DAY_MS;
  await real.redis.zadd(own.linkTimes, later, second);
  for (let moves = 0; moves < 2; moves += 1) await moved(scene.channel, to);
  expect(await real.redis.hget(own.links, second)).toMatch(/^x\.7 \S+\.\d$/);
  expect((await real.redis.zmscore(own.linkTimes, first, second)).map(Number)).toEqual([longAgo, later]);
  expect(await real.redis.hlen(own.links)).toBe(await real.redis.zcard(own.linkTimes));
});

test("after a month a post is posted again, as it would have been where it was", async () => {
  const scene = await openSources(real);
  await scene.publish([1]);
  await scene.drain();
  const at = Date.now() - 31 * DAY_MS;
  await real.redis.hset(
    channelKeys(scene.channel).ledger,
    `${scene.feedId}.1`,
    JSON.stringify({ state: "posted", at }),
  );
  const to = await moved(scene.channel);
  await scene.publish([1], scene.planet, copy(1));
  expect(await drainTo(scene, to)).toEqual(["Copy of 1"]);
});

test("more links than one script takes come along", async () => {
  const scene = await openSources(real);
  const { links, linkTimes } = channelKeys(scene.channel);
  const names = Array.from({ length: 1700 }, (_, i) => `link-${String(i)}`);
  await real.redis.hset(links, Object.fromEntries(names.map((name) => [name, `x.${name}`])));
  await real.redis.zadd(linkTimes, ...names.flatMap((name) => [Date.now(), name]));
  const to = await moved(scene.channel);
  expect((await real.links.met(to, names)).map(([id]) => id)).toEqual(names.map((name) => `x.${name}`));
});

test.each(["before", "after"] as const)(
  "a move that dies %s any of its steps, while copies come: each post once",
  async (moment) => {
    const dry = new Life();
    await moved((await stage()).channel, freshChannel(), dry);
    expect(dry.calls).toBeGreaterThan(15);
    for (let step = 1; step <= dry.calls; step += 1) {
      const scene = await stage();
      const to = await moved(scene.channel, freshChannel(), new Life(step, moment));
      await scene.publish([1, 2], scene.planet);
      await scene.publish([3]);
      await scene.drain();
      await drainTo(scene, to);
      await moved(scene.channel, to);
      expect({ step, posted: [scene.posted(), (await drainTo(scene, to)).toSorted()] }).toEqual({
        step,
        posted: [titles(1), titles(2, 3)],
      });
    }
  },
  60_000,
);

/** The first is out, the second waits, and the planet has both. */
async function stage(): Promise<Sources> {
  const scene = await openSources(real);
  await scene.publish([1]);
  await scene.drain();
  await scene.publish([2]);
  return scene;
}

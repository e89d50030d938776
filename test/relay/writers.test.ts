import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeliveryFailure } from "../../src/adapter.ts";
import { entryId } from "../../src/relay/item.ts";
import type { Change } from "../../src/store/script.ts";
import type { ChannelStore } from "../../src/store/channel-store.ts";
import { dump, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type Fate, fails, lands } from "./platform.ts";
import { openScene, type Scene, titles } from "./scene.ts";
import { before } from "./around.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** While the post is under way, another process becomes the channel's writer; then the post meets its own fate. */
function whileTakenOver(scene: Scene, fate: Fate, meanwhile: () => Promise<void> = async () => undefined): Fate {
  return async (delivery, attempt, land) => {
    await real.channels.delivery.takeOver(scene.channel);
    await meanwhile();
    return await fate(delivery, attempt, land);
  };
}

test("of two runs at once the older one says that its message landed, and sends no other", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  let again: number | null = 0;
  scene.platform.fates.push(whileTakenOver(scene, lands, async () => void (again = await scene.drain())));
  expect(await scene.drain()).toBeNull();
  expect(again).toBeGreaterThan(0);
  expect(scene.posted()).toEqual(titles(1));
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 2));
  expect(scene.platform.sought).toEqual([]);
});

test.each<{ failure: DeliveryFailure }>([
  { failure: "try-later" },
  { failure: "uncertain" },
  { failure: "message-rejected" },
  { failure: "channel-unusable" },
])("an older writer whose post ends as $failure changes nothing", async ({ failure }) => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  let before: unknown;
  scene.platform.fates.push(
    whileTakenOver(scene, fails(failure), async () => void (before = await dump(real.redis, scene.channel))),
  );
  expect(await scene.drain()).toBeNull();
  expect(await dump(real.redis, scene.channel)).toEqual(before);
  expect(scene.platform.tried).toHaveLength(1);
});

type StaleChange = (channels: ChannelStore, scene: Scene, key: string) => Promise<Change>;

test.each<{ change: string; make: StaleChange }>([
  {
    change: "begin",
    make: async ({ delivery }, { channel, feedId }) =>
      await delivery.begin(channel, "1", {
        key: "k",
        message: "m",
        items: [{ id: entryId(feedId, 2), linkKey: "" }],
        attemptMs: 9,
      }),
  },
  {
    change: "beginAgain",
    make: async ({ delivery }, { channel }, key) => await delivery.beginAgain(channel, "1", key, 2, 9),
  },
  {
    change: "defer",
    make: async ({ delivery }, { channel }, key) => await delivery.defer(channel, "1", key, 9, "why"),
  },
  {
    change: "rejected",
    make: async ({ delivery }, { channel }, key) =>
      await delivery.settle(channel, "1", key, { state: "rejected", why: "x", notice: "" }),
  },
  {
    change: "held",
    make: async ({ delivery }, { channel }, key) =>
      await delivery.settle(channel, "1", key, { state: "held", why: "x", notice: "x" }),
  },
  {
    change: "withdraw",
    make: async ({ delivery }, { channel, feedId }) =>
      await delivery.withdraw(channel, "1", [{ id: entryId(feedId, 2), state: "withdrawn", why: "x" }]),
  },
])("$change of an older epoch is refused and changes nothing", async ({ make }) => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(fails("uncertain"));
  await scene.drain();
  await real.channels.delivery.takeOver(scene.channel);
  const before = await dump(real.redis, scene.channel);
  const key = scene.platform.tried[0]?.key ?? "";
  expect(await make(real.channels, scene, key)).toMatchObject({ result: "stale" });
  expect(await dump(real.redis, scene.channel)).toEqual(before);
});

test("a writer that lost its epoch just before it begins sends nothing", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  const { channel } = scene;
  const channels = before(real.channels, "delivery.begin", async () => await real.channels.delivery.takeOver(channel));
  expect(await scene.drain({ channels })).toBeNull();
  expect(scene.platform.tried).toEqual([]);
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
});

test("any number of runs at once post everything once and in order", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4]);
  const slowly: Fate = async (delivery, attempt, land) => {
    await new Promise((resolve) => setImmediate(resolve));
    return await lands(delivery, attempt, land);
  };
  scene.platform.fates.push(slowly, slowly, slowly, slowly);
  const quick = { attemptMs: 200, settleMs: 100 };
  await Promise.all(Array.from({ length: 6 }, async () => await scene.drainAll(quick)));
  await scene.drainAll(quick);
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4));
});

test("a successor that meets a post under way waits past its deadline and the settling time", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  let waits: number | null = 0;
  scene.platform.fates.push(async (delivery, attempt, land) => {
    waits = await scene.drain({ settleMs: 1000 });
    return await lands(delivery, attempt, land);
  });
  await scene.drain({ attemptMs: 3000 });
  expect(waits).toBeGreaterThan(3000);
  expect(waits).toBeLessThanOrEqual(4000);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { moveChannel } from "../../src/relay/move-channel.ts";
import { drainChannel } from "../../src/relay/deliver.ts";
import { entryId } from "../../src/relay/item.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { never } from "../poll/polling.ts";
import { excludingAuthor } from "../store/follows.ts";
import { freshChannel, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { fails, isLostOnTheWay, lands, landsUnheard } from "./platform.ts";
import { openScene, type Scene, titles } from "./scene.ts";
import { instead } from "./around.ts";
import { fanOut, runSweep, wake } from "./work.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

async function move(scene: Scene, to: string, channels = real.channels): Promise<void> {
  const { feeds } = real;
  await channels.markMoved(scene.channel, to);
  const bring = async (id: string): Promise<void> => await fanOut({ feeds, channels }, id);
  await moveChannel({ feeds, channels, wake, fanOut: bring }, scene.channel, to);
}

function seenIn(scene: Scene, channel: string): readonly string[] {
  return scene.platform.messages(channel).flatMap(({ entries }) => entries);
}

test("follows, filters and what waits move, in order, and what was posted stays where it is", async () => {
  const scene = await openScene(real, excludingAuthor("Grace"));
  const to = freshChannel();
  await scene.publish([1]);
  await scene.drain();
  await scene.publish([2, 3]);
  await scene.publish([4], scene.feedId, { authorRaw: "Grace" });
  await move(scene, to);
  await scene.publish([5]);
  await scene.publish([6], scene.feedId, { authorRaw: "Grace" });
  await drainChannel(scene.deps, to, never);
  await scene.drain();
  expect(seenIn(scene, scene.channel)).toEqual(titles(1));
  expect(seenIn(scene, to)).toEqual(titles(2, 3, 5));
  expect(await real.channels.follows(scene.channel)).toEqual(new Map());
  expect(await real.channels.movedTo(scene.channel)).toBeNull();
});

test("a message that the old place refused goes to the new one", async () => {
  const scene = await openScene(real);
  const to = freshChannel();
  await scene.publish([1, 2]);
  scene.platform.fates.push(fails("channel-unusable", "this room has been replaced"));
  await scene.drain();
  await move(scene, to);
  await drainChannel(scene.deps, to, never);
  expect(seenIn(scene, to)).toEqual(titles(1, 2));
  expect(seenIn(scene, scene.channel)).toEqual([]);
  expect(await real.channels.ledgerRow(scene.channel, entryId(scene.feedId, 1))).toMatchObject({ state: "withdrawn" });
});

test("what may have landed in the old place is settled there before the rest moves", async () => {
  const scene = await openScene(real);
  const to = freshChannel();
  await scene.publish([1, 2]);
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  await move(scene, to);
  expect(await real.channels.movedTo(scene.channel)).toBe(to);
  await scene.timePasses();
  scene.platform.fates.push(fails("channel-unusable"));
  await scene.drain();
  await move(scene, to);
  await drainChannel(scene.deps, to, never);
  expect(seenIn(scene, to)).toEqual(titles(1, 2));
});

test("a move may be repeated: nothing is posted twice", async () => {
  const scene = await openScene(real);
  const to = freshChannel();
  await scene.publish([1, 2]);
  await move(scene, to);
  await drainChannel(scene.deps, to, never);
  await move(scene, to);
  await drainChannel(scene.deps, to, never);
  expect(seenIn(scene, to)).toEqual(titles(1, 2));
});

test("while a move waits for a delivery in doubt, nothing goes; then all does, in order, and the filter stays", async () => {
  const scene = await openScene(real, excludingAuthor("Grace"));
  const to = freshChannel();
  const { feeds, channels } = real;
  await scene.publish([1]);
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  await channels.markMoved(scene.channel, to);
  const sweepAll = async (): Promise<void> => await runSweep(real);
  await sweepAll();
  expect(await feeds.followers.channels(scene.feedId)).toEqual([scene.channel]);
  await scene.publish([2], scene.feedId, { authorRaw: "Grace" });
  await scene.publish([3]);
  await scene.timePasses();
  scene.platform.fates.push(fails("channel-unusable"));
  await scene.drain();
  await sweepAll();
  expect(await feeds.followers.channels(scene.feedId)).toEqual([to]);
  await scene.publish([4], scene.feedId, { authorRaw: "Grace" });
  await scene.publish([5]);
  await drainChannel(scene.deps, to, never);
  await scene.drain();
  expect(seenIn(scene, to)).toEqual(titles(1, 3, 5));
  expect(seenIn(scene, scene.channel)).toEqual([]);
});

test("a delivery in doubt of a channel that is paused is settled all the same, and what waits behind it is not begun there", async () => {
  const scene = await openScene(real);
  const to = freshChannel();
  await scene.publish([1, 2]);
  scene.platform.fates.push(landsUnheard);
  await scene.drain();
  await real.channels.pause(scene.channel, "this room has been replaced");
  await move(scene, to);
  await scene.timePasses();
  await scene.drain();
  expect(scene.platform.tried).toHaveLength(1);
  await move(scene, to);
  await scene.drain();
  await drainChannel(scene.deps, to, never);
  expect([seenIn(scene, scene.channel), seenIn(scene, to)]).toEqual([titles(1), titles(2)]);
});

test.each(["begin", "beginAgain"])("who is about to %s a post where it was while it moves does not", async (step) => {
  const scene = await openScene(real);
  const to = freshChannel();
  await scene.publish([1, 2]);
  if (step === "beginAgain") {
    scene.platform.fates.push(fails("try-later"));
    await scene.drain();
    await scene.timePasses();
  }
  // As late as can be: what waits is there already, and has not yet been taken from here.
  let began: unknown;
  const channels = instead(real.channels, `delivery.${step}`, async (begin) => {
    const moving = instead(real.channels, "adopt", async (adopt) => {
      await adopt();
      began = await begin();
    });
    await move(scene, to, moving);
    return began;
  });
  await scene.drain({ channels });
  await scene.drainAll();
  await move(scene, to);
  await drainChannel(scene.deps, to, never);
  expect(began).toMatchObject({ result: "stale" });
  expect([seenIn(scene, scene.channel), seenIn(scene, to)]).toEqual([[], titles(1, 2)]);
});

test("what was still to go into threads of the old place is left to the lists", async () => {
  const scene = await openScene(real);
  const { details, detailsDue } = channelKeys(scene.channel);
  scene.platform.hasThreads = true;
  await scene.publish([1, 2, 3, 4, 5]);
  scene.platform.fates.push(lands, isLostOnTheWay);
  await scene.drain();
  expect(await real.redis.exists(details, detailsDue)).toBe(2);
  await move(scene, freshChannel());
  expect(await real.redis.exists(details, detailsDue)).toBe(0);
  expect(await real.channels.movedTo(scene.channel)).toBeNull();
});

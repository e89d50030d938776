import { afterAll, beforeAll, expect, test } from "vitest";
import { channelFeeds } from "../../src/follow/channel-feeds.ts";
import { moveFollow } from "../../src/follow/move-follow.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { drainChannel } from "../../src/relay/deliver.ts";
import { moveChannel } from "../../src/relay/move-channel.ts";
import { channelKeys } from "../../src/store/keys.ts";
import { never } from "../poll/polling.ts";
import { Life, untilOver } from "../relay/life.ts";
import { landsUnheard } from "../relay/platform.ts";
import { deliverDeps, posted, titles } from "../relay/scene.ts";
import { wake } from "../relay/work.ts";
import { freshChannel } from "../store/real-redis.ts";
import {
  close,
  drain,
  mortal,
  open,
  polling,
  real,
  settleDown,
  type Stage,
  stage,
  sweepOnce,
} from "./address-stage.ts";

beforeAll(open);
afterAll(close);

test("a channel that goes on as another while nobody knows of its last post loses and repeats nothing on the way to an address", async () => {
  const scene = await stage();
  await pollFeed(polling.deps, scene.old, never);
  const [into = ""] = (await real.channels.follows(scene.there)).keys();
  scene.platform.fates.push(landsUnheard);
  const { sending } = channelKeys(scene.mover);
  const deps = { ...deliverDeps(real, scene.platform), digestFrom: 99 };
  const deliver = async (): Promise<number | null> => await drainChannel(deps, scene.mover, never);
  await deliver();
  const to = freshChannel();
  await real.channels.moves.note(scene.mover, scene.old, into);
  await real.channels.markMoved(scene.mover, to);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await sweepOnce();
  await real.redis.hset(sending, { deadlineAt: 0 });
  await deliver();
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await sweepOnce();
  const moved = { ...scene, mover: to };
  await settleDown(moved);
  for (let sweeps = 0; sweeps < 2; sweeps += 1) await sweepOnce();
  await settleDown(moved);
  expect(posted(scene, scene.mover)).toEqual(titles(6));
  expect(posted(scene, to)).toEqual(titles(7, 8));
  expect([...(await real.channels.follows(to)).keys()]).toEqual([into]);
});

test.each([
  ["waits", false],
  ["has gone", true],
])(
  "a channel whose move dies on the way takes its change of address along: what was there %s",
  async (_what, isOut) => {
    const dry = new Life();
    for (let step = 1; step <= Math.max(1, dry.calls); step += 1) {
      const scene = await movingStage();
      const to = freshChannel();
      if (isOut) await drain(scene);
      await real.channels.markMoved(scene.mover, to);
      if (step === 1) await goOn(await movingStage(), freshChannel(), dry);
      await goOn(scene, to, new Life(step, "after"));
      // The sweep may come to either of the two first.
      await moveFollow(mortal(new Life()), to, scene.old, never);
      for (let sweeps = 0; sweeps < 2; sweeps += 1) await sweepOnce();
      const moved = { ...scene, mover: to };
      await settleDown(moved);
      await sweepOnce();
      const [feed, ...more] = await channelFeeds(real.feeds, real.channels, to);
      const seen = [posted(scene, scene.mover), posted(scene, to)];
      expect({ step, seen, url: feed?.state.url, more: more.length, style: feed?.settings.style }).toEqual({
        step,
        seen: isOut ? [titles(6), titles(7, 8)] : [[], titles(6, 7, 8)],
        url: scene.newUrl,
        more: 0,
        style: "title",
      });
    }
    expect(dry.calls).toBeGreaterThan(12);
  },
  120_000,
);

async function movingStage(): Promise<Stage> {
  const scene = await stage();
  const [into = ""] = (await real.channels.follows(scene.there)).keys();
  await real.channels.moves.note(scene.mover, scene.old, into);
  return scene;
}

async function goOn({ mover }: Stage, to: string, life: Life): Promise<void> {
  const { poll, channels } = mortal(life);
  await untilOver(life, moveChannel({ feeds: poll.feeds, channels, wake, fanOut: poll.fanOut }, mover, to));
}

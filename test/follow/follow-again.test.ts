import { afterAll, beforeAll, expect, test } from "vitest";
import { unfollowFeed } from "../../src/follow/follow-feed.ts";
import { Life } from "../relay/life.ts";
import { change, close, drain, mortal, open, real, stage, subscribe, sweepOnce } from "./address-stage.ts";

beforeAll(open);
afterAll(close);

test("who follows the old address anew while posts from there still wait keeps it, beside the new one", async () => {
  const scene = await stage();
  const { mover, old } = scene;
  const { url = "" } = await real.feeds.state(old);
  const [into = ""] = (await real.channels.follows(scene.there)).keys();
  expect(await change(scene)).toMatchObject({ kind: "changed", end: { wasLeft: false } });
  await unfollowFeed(mortal(new Life()), mover, old, url);
  await subscribe(url, mover);
  for (let sweeps = 0; sweeps < 2; sweeps += 1) {
    await drain(scene);
    await sweepOnce();
  }
  expect([...(await real.channels.follows(mover)).keys()].toSorted()).toEqual([into, old].toSorted());
  expect((await real.feeds.followers.get(old, mover))?.since).toBeLessThan(1000);
  expect((await real.channels.moves.of(mover)).size).toBe(0);
});

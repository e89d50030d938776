import { afterAll, beforeAll, expect, test } from "vitest";
import { mergeFeed } from "../../src/follow/merge-feed.ts";
import { moveFollow } from "../../src/follow/move-follow.ts";
import { asAnother } from "../../src/poll/goes-on.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { never } from "../poll/polling.ts";
import { before } from "../relay/around.ts";
import { Life, untilOver } from "../relay/life.ts";
import { posted, titles } from "../relay/scene.ts";
import { freshChannel } from "../store/real-redis.ts";
import {
  close,
  drain,
  mortal,
  open,
  polling,
  real,
  show,
  type Stage,
  stage,
  subscribe,
  sweepOnce,
} from "./address-stage.ts";

beforeAll(open);
afterAll(close);

/** Both that are read publish one more, and what waits is posted. */
async function publishAt(scene: Stage, third: string): Promise<void> {
  show(scene.name, "old", 7, 20, 8);
  show(`${scene.name}-third`, "new", 1, 2, 7, 20, 8);
  for (const feedId of [scene.old, third]) await pollFeed(polling.deps, feedId, never);
  await drain(scene);
}

/** Of a change whose goal was found before the publisher of the goal said that it has moved. */
async function go({ mover, old }: Stage, into: string, life: Life): Promise<void> {
  await real.channels.moves.note(mover, old, into);
  await untilOver(life, moveFollow(mortal(life), mover, old, never));
}

// What died behind an odd step, and behind an even one.
test.each([
  ["beginMergeRound", 1],
  ["close", 2],
])(
  "a change of address to a feed that is merged meanwhile, at %s, goes on to what that has become",
  async (step, first) => {
    const dry = new Life();
    for (let last = first; last <= Math.max(first, dry.calls); last += 2) {
      const scene = await stage();
      const [into = ""] = (await real.channels.follows(scene.there)).keys();
      if (last === first) await go(await stage(), into, dry);
      const third = await subscribe(show(`${scene.name}-third`, "new", 1, 2, 3, 6, 7, 20), freshChannel());
      await real.feeds.setState(into, asAnother(third));
      const { poll, ...deps } = mortal(new Life());
      const feeds = before(poll.feeds, step, async () => await go(scene, into, new Life(last, "after")));
      await mergeFeed({ ...deps, poll: { ...poll, feeds } }, into, never);
      await drain(scene);
      for (let rounds = 0; rounds < 3; rounds += 1) {
        for (let sweeps = 0; sweeps < 2; sweeps += 1) await sweepOnce();
        await publishAt(scene, third);
      }
      const seen = posted(scene, scene.mover);
      const follows = [...(await real.channels.follows(scene.mover)).keys()];
      expect({ last, seen, follows }).toEqual({ last, seen: titles(6, 7, 8), follows: [third] });
    }
    expect(dry.calls).toBeGreaterThan(10);
  },
  120_000,
);

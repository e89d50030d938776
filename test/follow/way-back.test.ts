import { afterAll, beforeAll, expect, test } from "vitest";
import { channelFeeds } from "../../src/follow/channel-feeds.ts";
import { mergeFeed } from "../../src/follow/merge-feed.ts";
import { moveFollow } from "../../src/follow/move-follow.ts";
import { asAnother } from "../../src/poll/goes-on.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { excludingAuthor } from "../store/follows.ts";
import { never } from "../poll/polling.ts";
import { before } from "../relay/around.ts";
import { Life, untilOver } from "../relay/life.ts";
import { rss, without } from "../support/rss.ts";
import {
  close,
  drain,
  mortal,
  items,
  open,
  polling,
  real,
  server,
  type Stage,
  stage,
  sweepOnce,
} from "./address-stage.ts";

// The goal of a change of address turns out to be the feed that the follow was to leave.

beforeAll(open);
afterAll(close);

interface WayBack extends Stage {
  readonly goal: string;
}

async function wayBack(): Promise<WayBack> {
  const scene = await stage();
  const [goal = ""] = (await real.channels.follows(scene.there)).keys();
  await real.channels.moves.note(scene.mover, scene.old, goal);
  return { ...scene, goal };
}

async function go({ mover, old }: WayBack, life: Life, diesAt = ""): Promise<void> {
  const { poll, ...deps } = mortal(life);
  const feeds = diesAt === "" ? poll.feeds : before(poll.feeds, diesAt, dies);
  const move = moveFollow({ ...deps, poll: { ...poll, feeds } }, mover, old, never);
  if (diesAt === "") await untilOver(life, move.then(nothing));
  else await expect(move).rejects.toThrow("killed");
}

async function dies(): Promise<void> {
  await Promise.reject(new Error("killed"));
}

async function nothing(): Promise<void> {
  await Promise.resolve();
}

/** What was to be the new feed says that it is the old one, and the sweep comes. Something may happen just before a step of that. */
async function merge({ goal, old }: WayBack, life: Life, step = "close", happens = nothing): Promise<void> {
  await real.feeds.setState(goal, asAnother(old));
  const { poll, ...deps } = mortal(life);
  const feeds = before(poll.feeds, step, happens);
  await untilOver(life, mergeFeed({ ...deps, poll: { ...poll, feeds } }, goal, never));
}

/** The place that both feeds are read at, as what was the goal is behind a redirect. No link tells that a post came by the other feed. */
function publish({ name }: WayBack, ...numbers: readonly number[]): void {
  const body = rss(items(numbers).map((item) => without(item, "link")));
  for (const place of ["old", "new"]) server.serve(`/${name}-${place}`, { body });
}

async function pollBoth({ old, goal }: WayBack): Promise<void> {
  for (const feedId of [old, goal]) await pollFeed(polling.deps, feedId, never);
}

/** More comes before any sweep; `goes`: and is gone again by then. */
async function lifeGoesOn(scene: WayBack, goes: boolean): Promise<void> {
  publish(scene, 7, 20, 9);
  await pollBoth(scene);
  publish(scene, ...(goes ? [20, 11] : [7, 20, 9, 11]));
  for (let sweeps = 0; sweeps < 2; sweeps += 1) await sweepOnce();
  await drain(scene);
  for (const numbers of [[11], [11, 8]]) {
    for (let sweeps = 0; sweeps < 2; sweeps += 1) await sweepOnce();
    publish(scene, ...numbers);
    await pollBoth(scene);
    await drain(scene);
  }
}

const ALL = [6, 7, 8, 9, 11].map((n) => `Post ${String(n)}`).toSorted();

async function end(scene: WayBack) {
  const { mover, old, platform } = scene;
  const feeds = await channelFeeds(real.feeds, real.channels, mover);
  return {
    posted: platform
      .messages(mover)
      .flatMap(({ entries }) => entries)
      .toSorted(),
    follows: feeds.map(({ feedId }) => feedId === old),
    style: feeds[0]?.settings.style,
    filter: feeds[0]?.settings.filter,
    notices: platform.messages(mover).filter(({ kind }) => kind === "notice").length,
    moves: (await real.channels.moves.of(mover)).size,
  };
}

const AS_BEFORE = {
  posted: ALL,
  follows: [true],
  style: "title",
  filter: excludingAuthor("Grace"),
  notices: 0,
  moves: 0,
};

/** Sweeps would come here, too, once the scene is over. */
async function leaveAlone({ mover, stays, there, old, goal }: WayBack): Promise<void> {
  for (const channel of [mover, stays, there]) await real.channels.forgetMoved(channel);
  for (const feedId of [old, goal]) await real.feeds.schedule.remove(0, feedId);
}

/** What dies behind each of its steps, of which there are so many at least, and all that is left of it. */
async function eachDeath(make: (life: Life) => Promise<WayBack>, least: number, goes = false): Promise<void> {
  const dry = new Life();
  await make(dry);
  expect(dry.calls).toBeGreaterThan(least);
  for (let last = 1; last <= dry.calls; last += 1) {
    const scene = await make(new Life(last, "after"));
    await lifeGoesOn(scene, goes);
    expect({ last, ...(await end(scene)) }).toEqual({ last, ...AS_BEFORE });
    await leaveAlone(scene);
  }
}

test.each(["waits", "has gone"])(
  "a goal that was closed before the change came there: the follow stays, and what came meanwhile comes; what was there before %s",
  async (what) => {
    const make = async (life: Life): Promise<WayBack> => {
      const scene = await wayBack();
      await go(scene, new Life(), "followers.join");
      if (what === "has gone") await drain(scene);
      await merge(scene, new Life());
      publish(scene, 6, 7, 20, 9);
      await pollBoth(scene);
      await go(scene, life);
      return scene;
    };
    await eachDeath(make, 8, true);
  },
  240_000,
);

test.each(["beginMergeRound", "close"])(
  "a goal that goes on as what it was to replace while the change comes there, at %s",
  async (step) => {
    const make = async (life: Life): Promise<WayBack> => {
      const scene = await wayBack();
      publish(scene, 3, 6, 7, 20);
      await merge(scene, new Life(), step, async () => {
        await go(scene, life);
        await drain(scene);
      });
      return scene;
    };
    await eachDeath(make, 10);
  },
  240_000,
);

test("a change that has begun there while posts of the old feed wait goes back with the merge, whichever step of that is the last", async () => {
  const make = async (life: Life): Promise<WayBack> => {
    const scene = await wayBack();
    await go(scene, new Life());
    await merge(scene, life);
    return scene;
  };
  await eachDeath(make, 10);
}, 240_000);

test.each([
  ["merge the goal", false],
  ["merge the goal and bring the follow back", true],
])(
  "who stalls at any step of the change, while others %s, takes nothing away",
  async (_what, isBack) => {
    const dry = new Life();
    await go(await wayBack(), dry);
    expect(dry.calls).toBeGreaterThan(20);
    for (let stalls = 1; stalls <= dry.calls; stalls += 1) {
      const scene = await wayBack();
      const life = new Life();
      const step = life.step.bind(life);
      life.step = async (make) => {
        // Two steps may be made at once.
        if (life.calls + 1 !== stalls) return await step(make);
        life.calls += 1;
        for (let sweeps = 0; sweeps < 2; sweeps += 1) {
          await merge(scene, new Life());
          if (isBack) await go(scene, new Life());
          await drain(scene);
        }
        return await make();
      };
      // It may find the goal closed as it records.
      await go(scene, life).catch(isClosed);
      await lifeGoesOn(scene, false);
      expect({ stalls, ...(await end(scene)) }).toEqual({ stalls, ...AS_BEFORE });
      await leaveAlone(scene);
    }
  },
  240_000,
);

function isClosed(error: unknown): void {
  expect(String(error)).toContain("CLOSED");
}

test("nobody joins a closed feed", async () => {
  const scene = await wayBack();
  await merge(scene, new Life());
  await real.feeds.followers.join(scene.goal, scene.mover, "99", "{}");
  expect(await real.feeds.followers.get(scene.goal, scene.mover)).toBeNull();
});

test("what a feed publishes while a follow comes back to it is not passed over", async () => {
  const scene = await wayBack();
  await go(scene, new Life(), "followers.join");
  await merge(scene, new Life());
  let published = 0;
  const { poll, channels, ...deps } = mortal(new Life());
  const late = before(channels, "moves.comeBack", async () => {
    published += 1;
    if (published > 1) return;
    publish(scene, 3, 6, 7, 20, 9);
    await pollBoth(scene);
  });
  await moveFollow({ ...deps, poll, channels: late }, scene.mover, scene.old, never);
  await lifeGoesOn(scene, true);
  expect({ published, ...(await end(scene)) }).toEqual({ published: 2, ...AS_BEFORE });
});

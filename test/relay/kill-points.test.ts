import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { dying, Life, succeeded, untilOver } from "./life.ts";
import { fails, isLostOnTheWay, landsUnheard } from "./platform.ts";
import { openScene, type Scene, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** Everything that a delivery can go through: lost, landed unheard, put off, a digest of two feeds, and posts of both. */
async function stage(): Promise<Scene> {
  const scene = await openScene(real);
  const other = await scene.anotherFeed();
  await scene.publish([1]);
  await scene.publish([21], other);
  await real.channels.announce(scene.channel, "n", "In between");
  await scene.publish([2, 3, 4]);
  await scene.publish([22], other);
  await scene.publish([5, 6]);
  scene.platform.fates.push(isLostOnTheWay, landsUnheard, landsUnheard, fails("try-later"));
  return scene;
}

/** Runs the channel's work in a process with this life, as long as it lives and there is work. */
async function live(scene: Scene, life: Life): Promise<void> {
  const channels = dying(real.channels, life);
  const feeds = dying(real.feeds, life);
  while ((await scene.drain({ channels, feeds })) !== null) await scene.timePasses();
}

const liveAndBeSucceeded = async (life: Life): Promise<Scene> => await succeeded(stage, live, life);

const inOrder = titles(1, 21, 2, 3, 4, 5, 6, 22);

test.each(["before", "after"] as const)(
  "a writer that dies %s any of its steps is succeeded by one that posts each entry exactly once, in order",
  async (moment) => {
    const dry = new Life();
    await liveAndBeSucceeded(dry);
    expect(dry.calls).toBeGreaterThan(20);
    const steps = Array.from({ length: dry.calls }, (_, step) => step + 1);
    for (let start = 0; start < steps.length; start += 8) {
      const some = steps.slice(start, start + 8);
      const scenes = await Promise.all(some.map(async (step) => await liveAndBeSucceeded(new Life(step, moment))));
      for (const [i, scene] of scenes.entries()) {
        expect({ step: some[i], posted: scene.posted() }).toEqual({ step: some[i], posted: inOrder });
        expect(await real.channels.outstanding(scene.channel)).toBe(0);
      }
    }
  },
  60_000,
);

test("a writer that dies again and again is succeeded in the end", async () => {
  const scene = await stage();
  for (let lives = 0; lives < 60; lives += 1) {
    const life = new Life(1 + (lives % 9), lives % 2 === 0 ? "before" : "after");
    await untilOver(life, live(scene, life));
    await scene.timePasses();
  }
  await live(scene, new Life());
  expect(scene.posted()).toEqual(inOrder);
}, 60_000);

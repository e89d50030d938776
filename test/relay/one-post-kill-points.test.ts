import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { dying, Life, succeeded } from "./life.ts";
import { fails, isLostOnTheWay, landsUnheard } from "./platform.ts";
import { type Scene, titles } from "./scene.ts";
import { openSources, type Sources } from "./sources.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** Two posts in both feeds, in either order, through trouble: the first, the copy that must stay away, and their reverse. */
async function stage(): Promise<Sources> {
  const scene = await openSources(real);
  await scene.publish([1]);
  await scene.publish([1, 2], scene.planet);
  await scene.publish([2, 3]);
  scene.platform.fates.push(isLostOnTheWay, landsUnheard, fails("try-later"));
  return scene;
}

async function live(scene: Scene, life: Life): Promise<void> {
  const [channels, feeds] = [dying(real.channels, life), dying(real.feeds, life)];
  const links = dying(real.links, life);
  const few = { digestFrom: 99 };
  while ((await scene.drain({ channels, feeds, links, ...few })) !== null) await scene.timePasses();
}

const liveAndBeSucceeded = async (life: Life): Promise<Scene> => await succeeded(stage, live, life);

test.each(["before", "after"] as const)(
  "a writer that dies %s any of its steps leaves each post once",
  async (moment) => {
    const dry = new Life();
    await liveAndBeSucceeded(dry);
    expect(dry.calls).toBeGreaterThan(30);
    for (let step = 1; step <= dry.calls; step += 1) {
      const scene = await liveAndBeSucceeded(new Life(step, moment));
      expect({ step, posted: scene.posted() }).toEqual({ step, posted: titles(1, 2, 3) });
    }
  },
  60_000,
);

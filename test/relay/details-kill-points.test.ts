import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { dying, Life, succeeded } from "./life.ts";
import { fails, isLostOnTheWay, lands, landsUnheard } from "./platform.ts";
import { titles } from "./scene.ts";
import { openThreads, type ThreadScene } from "./thread-scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** Two digests and a notice; each digest's first messages are lost, land unheard and are put off, in its thread, too. */
async function stage(): Promise<ThreadScene> {
  const scene = await openThreads(real);
  Object.assign(scene.platform, { mostEntries: 3, mostDetails: 2 });
  await real.channels.announce(scene.channel, "n", "Behind it");
  scene.platform.fates.push(isLostOnTheWay, landsUnheard, lands, lands);
  scene.platform.fates.push(isLostOnTheWay, landsUnheard, fails("try-later"), isLostOnTheWay);
  return scene;
}

async function live(scene: ThreadScene, life: Life): Promise<void> {
  const channels = dying(scene.deps.channels, life);
  const [feeds, links] = [dying(real.feeds, life), dying(real.links, life)];
  for (let turns = 0; turns < 15; turns += 1) {
    await scene.drain({ channels, feeds, links });
    await scene.timePasses();
  }
}

const liveAndBeSucceeded = async (life: Life): Promise<ThreadScene> => await succeeded(stage, live, life);

test.each(["before", "after"] as const)(
  "a writer that dies %s any of its steps leaves each digest and each message of its thread once",
  async (moment) => {
    const dry = new Life();
    await liveAndBeSucceeded(dry);
    expect(dry.calls).toBeGreaterThan(40);
    for (let step = 1; step <= dry.calls; step += 1) {
      const scene = await liveAndBeSucceeded(new Life(step, moment));
      const roots = scene.platform.landed.flatMap(({ aim }, at) =>
        aim.kind === "new" ? [`ref-${String(at + 1)}`] : [],
      );
      expect({
        step,
        posted: scene.posted(),
        first: scene.thread(roots[0]),
        second: scene.thread(roots[1]),
        inThreads: scene.aims().filter((kind) => kind === "thread").length,
      }).toEqual({
        step,
        posted: titles(1, 2, 3, 4, 5),
        first: titles(1, 2, 3),
        second: titles(4, 5),
        inThreads: 3,
      });
      expect(await scene.left()).toBe(0);
    }
  },
  120_000,
);

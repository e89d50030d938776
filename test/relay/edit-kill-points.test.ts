import { afterAll, beforeAll, expect, test } from "vitest";
import { recordDocument } from "../../src/poll/record.ts";
import { finishFanOuts } from "../../src/relay/fan-out.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type EditScene, FIRST, LATER, openPosted, textOf } from "./edit-scene.ts";
import { dying, Life, succeeded, untilOver } from "./life.ts";
import { fails, isLostOnTheWay, landsUnheard } from "./platform.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** Two entries were posted; both change, one of them again and back, while edits are lost, land unheard and are put off. */
async function stage(): Promise<EditScene> {
  const scene = await openPosted(real);
  await scene.publish([2], scene.feedId, FIRST);
  await scene.drain();
  scene.platform.editFates.push(isLostOnTheWay, landsUnheard, fails("try-later"));
  return scene;
}

const documents = [
  [entry(1, LATER), entry(2, FIRST)],
  [entry(1, LATER), entry(2, textOf("Twice."))],
  [entry(1, textOf("Last.")), entry(2, FIRST), entry(3)],
];

/** One process, as long as it lives: reads what the feed has, brings it to the channel, and does the channel's work. */
async function live(scene: EditScene, life: Life): Promise<void> {
  const channels = dying(scene.deps.channels, life);
  const feeds = dying(real.feeds, life);
  const wake = async (): Promise<void> => await Promise.resolve();
  for (const document of documents) {
    await recordDocument(feeds, scene.feedId, documentOf(document), true, LIMITS);
    await finishFanOuts({ feeds, channels, wake, retentionMs: 1e9 }, scene.feedId);
    while ((await scene.drain({ channels, feeds })) !== null) await scene.timePasses();
  }
}

const liveAndBeSucceeded = async (life: Life): Promise<EditScene> => await succeeded(stage, live, life);

test.each(["before", "after"] as const)(
  "a process that dies %s any of its steps is succeeded by one that shows what each entry says, and posts nothing twice",
  async (moment) => {
    const dry = new Life();
    await liveAndBeSucceeded(dry);
    expect(dry.calls).toBeGreaterThan(40);
    const steps = Array.from({ length: dry.calls }, (_, step) => step + 1);
    for (let start = 0; start < steps.length; start += 8) {
      const some = steps.slice(start, start + 8);
      const scenes = await Promise.all(some.map(async (step) => await liveAndBeSucceeded(new Life(step, moment))));
      for (const [i, scene] of scenes.entries()) {
        expect({ step: some[i], said: scene.said().slice(0, 2), posted: scene.posted() }).toEqual({
          step: some[i],
          said: ["Last.", "What it said at first."],
          posted: ["Post 1", "Post 2", "Post 3"],
        });
        expect(await scene.waitingEdits()).toEqual([]);
        expect(await real.channels.outstanding(scene.channel)).toBe(0);
        const bytes = new Set(scene.platform.editsLanded.map(({ key, message }) => `${key} ${message}`));
        expect(bytes.size).toBe(new Set(scene.platform.editsLanded.map(({ key }) => key)).size);
      }
    }
  },
  120_000,
);

test("a process that dies again and again is succeeded in the end", async () => {
  const scene = await stage();
  for (let lives = 0; lives < 80; lives += 1) {
    const life = new Life(1 + (lives % 13), lives % 2 === 0 ? "before" : "after");
    await untilOver(life, live(scene, life));
    await scene.timePasses();
  }
  await live(scene, new Life());
  expect(scene.said().slice(0, 2)).toEqual(["Last.", "What it said at first."]);
  expect(scene.posted()).toEqual(["Post 1", "Post 2", "Post 3"]);
}, 120_000);

import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { headlinesOf } from "../../adapters/matrix/headlines.ts";
import { contentOf } from "../../adapters/matrix/message.ts";
import type { Outgoing } from "../../src/adapter.ts";
import type { RawEntry } from "../../src/feed/entry.ts";
import { readRestoration, type Restoration } from "../../src/store/restoration.ts";
import { restoreBackup } from "../../src/store/restore-backup.ts";
import { bringUpToDate } from "../../src/store/state-version.ts";
import { takeBackup } from "../../src/store/take-backup.ts";
import { stampIn } from "../../src/zone.ts";
import { dying, Life } from "../relay/life.ts";
import { fails, isLostOnTheWay, landsUnheard } from "../relay/platform.ts";
import { openScene, type Scene, titles } from "../relay/scene.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";

let real: RealRedis;
let at = 0;

beforeAll(async () => {
  real = await openRealRedis();
  await bringUpToDate(real.redis);
});

afterAll(async () => real.close());

const NAME = "planetwire-test";
const onProgress = (): void => undefined;

async function backUp(): Promise<string> {
  const path = join(real.directory, `backup-${String((at += 1))}`);
  await takeBackup({ redis: real.redis, name: NAME }, { path, onProgress });
  return path;
}

async function restore(path: string): Promise<Restoration> {
  await restoreBackup({ redis: real.redis, name: NAME }, { path, isReplacing: true, onProgress });
  const restoration = await readRestoration(real.redis);
  if (restoration === null) throw new Error("nothing says that it was restored");
  return restoration;
}

/** The scene's channel as a bot works on it that started after a restore. */
function after(scene: Scene, restoration: Restoration): Scene {
  const more = { restoration };
  return {
    ...scene,
    drainAll: async (changes = {}) => await scene.drainAll({ ...more, ...changes }),
    drain: async (changes = {}) => await scene.drain({ ...more, ...changes }),
  };
}

const noLink = { link: "" } satisfies Partial<RawEntry>;

test("what was posted since the backup stays there once, whatever numbers it has now, and nothing else is left out", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  await scene.drainAll();
  const path = await backUp();
  await scene.publish([3, 2]);
  await scene.publish([4, 3]);
  await scene.publish([5, 4]);
  await scene.drainAll();
  const then = after(scene, await restore(path));
  // 3 has left the document: its number is 4's now, and 6 gets one that 5 had.
  await then.publish([6, 5, 4]);
  await then.drainAll();
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5, 6));
  expect(await scene.row(3)).toMatchObject({ state: "posted", ref: "ref-4" });
  await then.publish([7, 6]);
  await then.drainAll();
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4, 5, 6, 7));
  expect(scene.platform.lookedBack).toEqual([scene.channel]);
});

test("what an earlier restore found, and its feed has not brought yet, is known after the next restore, too", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await scene.drainAll();
  const first = await backUp();
  await scene.publish([2, 1]);
  await scene.publish([3, 2]);
  await scene.drainAll();
  const then = after(scene, await restore(first));
  // The feed is late with 2.
  await then.publish([3, 1]);
  await then.drainAll();
  const last = after(scene, await restore(await backUp()));
  // Since the second backup nothing was posted.
  scene.platform.backLooks.push({ kind: "shown", messages: [] });
  await last.publish([4, 3, 2]);
  await last.drainAll();
  expect(scene.posted()).toEqual(titles(1, 2, 3, 4));
});

test("also what waited when the backup was taken, in a digest then and one by one now, or the other way round", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4, 5, 6]);
  const first = await backUp();
  await scene.drainAll();
  expect(scene.messages().map(({ kind }) => kind)).toEqual(["digest"]);
  const then = after(scene, await restore(first));
  await then.drainAll({ digestFrom: 99 });
  expect(scene.posted()).toHaveLength(6);
  const second = await backUp();
  for (const n of [7, 8, 9, 10, 11]) {
    await then.publish([n]);
    await then.drainAll();
  }
  const last = after(scene, await restore(second));
  await last.publish([7, 8, 9, 10, 11, 12]);
  await last.drainAll();
  expect(scene.messages().map(({ kind }) => kind)).toEqual(["digest", ...Array<string>(6).fill("post")]);
  expect(new Set(scene.posted())).toEqual(new Set(titles(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)));
});

test.each([
  ["surely had not landed", fails("try-later")],
  ["may have landed", landsUnheard],
])("a post that %s when the backup was taken, and has since, is not sent again", async (_what, fate) => {
  const scene = await openScene(real);
  await scene.publish([1]);
  scene.platform.fates.push(fate);
  await scene.drain();
  const path = await backUp();
  await scene.timePasses();
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
  const then = after(scene, await restore(path));
  await then.timePasses();
  await then.drain();
  await then.publish([2, 1]);
  await then.drainAll();
  expect(scene.posted()).toEqual(titles(1, 2));
});

test("a post that is lost on its way is not taken for the one that had its number before the restore", async () => {
  const scene = await openScene(real);
  const path = await backUp();
  await scene.publish([1]);
  await scene.drainAll();
  const then = after(scene, await restore(path));
  await then.publish([2]);
  scene.platform.fates.push(isLostOnTheWay);
  await then.drainAll();
  expect(scene.posted()).toEqual(titles(1, 2));
});

test("a notice that was posted since the backup is not posted again, and another one is", async () => {
  const scene = await openScene(real);
  await real.channels.announce(scene.channel, "n", "It fails");
  const path = await backUp();
  await scene.drainAll();
  const then = after(scene, await restore(path));
  await real.channels.announce(scene.channel, "m", "It is back");
  await then.drainAll();
  expect(scene.messages().map(({ text }) => text)).toEqual(["It fails", "It is back"]);
});

test("of entries without a link and with one title as many are left out as there are in the channel since the backup", async () => {
  const scene = await openScene(real);
  const weekly = { ...noLink, title: "Weekly", titleRaw: "Weekly" };
  await scene.publish([1], scene.feedId, weekly);
  await scene.drainAll();
  const path = await backUp();
  await scene.publish([2], scene.feedId, weekly);
  await scene.drainAll();
  const then = after(scene, await restore(path));
  await then.publish([2], scene.feedId, weekly);
  await then.drainAll();
  expect(scene.posted()).toEqual(["Weekly", "Weekly"]);
  await then.publish([3], scene.feedId, weekly);
  await then.drainAll();
  expect(scene.posted()).toEqual(["Weekly", "Weekly", "Weekly"]);
});

test("a post is known again whatever the time zone that it was dated in, of which a restored state knows nothing", async () => {
  const scene = await openScene(real);
  const { platform } = scene;
  Object.assign(platform, {
    render: (outgoing: Outgoing) => JSON.stringify(contentOf(outgoing)),
    headlines: (message: string) => headlinesOf(JSON.parse(message) as object),
  });
  const path = await backUp();
  await real.channels.settings.setZone(scene.channel, "Asia/Kolkata");
  await scene.publish([2, 1], scene.feedId, { link: "" });
  await scene.drainAll();
  const then = after(scene, await restore(path));
  await then.publish([3, 2, 1], scene.feedId, { link: "" });
  await then.drainAll();
  const zones = platform.landed.map(({ message }) => /UTC|GMT\+5:30/.exec(message)?.[0]);
  expect(zones).toEqual(["GMT+5:30", "GMT+5:30", "UTC"]);
  expect(platform.landed.at(-1)?.message).toContain("Post 3");
});

test("where the history cannot be seen the channel waits for a person, and where it cannot be seen now it is asked again", async () => {
  const scene = await openScene(real);
  await real.channels.settings.setZone(scene.channel, "Asia/Kolkata");
  const path = await backUp();
  await scene.publish([1]);
  await scene.drainAll();
  const restoration = await restore(path);
  const then = after(scene, restoration);
  await then.publish([1, 2]);
  scene.platform.backLooks.push({ kind: "ask-later", ms: 700 }, { kind: "cannot-know", reason: "no right to read" });
  expect(await then.drain()).toBe(700);
  expect(await then.drain()).toBeNull();
  const why = await real.channels.pausedBecause(scene.channel);
  expect(why).toMatch(/restored from a backup of 2.*no right to read/);
  expect(why).toContain(`backup of ${stampIn("Asia/Kolkata", restoration.takenAtMs)},`);
  expect(scene.posted()).toEqual(titles(1));
  // The right came back meanwhile: the second look sees everything.
  await real.channels.resume(scene.channel);
  await then.drainAll();
  expect(scene.posted()).toEqual(titles(1, 2));
});

test("who resumes a channel whose history cannot be seen goes on without it", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  const then = after(scene, await restore(await backUp()));
  scene.platform.backLooks.push({ kind: "cannot-know", reason: "no" }, { kind: "cannot-know", reason: "no" });
  expect(await then.drain()).toBeNull();
  await real.channels.resume(scene.channel);
  await then.drainAll();
  expect(scene.posted()).toEqual(titles(1));
  expect(scene.platform.lookedBack).toHaveLength(2);
});

test.each(["before", "after"] as const)(
  "a writer that dies %s any step of it is succeeded by one that loses and repeats nothing",
  async (moment) => {
    async function live(scene: Scene, life: Life): Promise<void> {
      try {
        while ((await scene.drain({ channels: dying(real.channels, life) })) !== null) await scene.timePasses();
      } catch (error) {
        if (!life.isOver) throw error;
      }
    }
    for (let step = 1, isOver = false; !isOver; step += 1) {
      const scene = await openScene(real);
      await scene.publish([1]);
      const path = await backUp();
      await scene.publish([2, 1]);
      await scene.drainAll();
      const then = after(scene, await restore(path));
      await then.publish([3, 2, 1]);
      const life = new Life(step, moment);
      await live(then, life);
      isOver = !life.isOver;
      await then.timePasses();
      await live(then, new Life());
      expect(scene.posted(), `step ${String(step)}`).toEqual(titles(1, 2, 3));
      expect(step).toBeLessThan(60);
      if (isOver) expect(step).toBeGreaterThan(10);
    }
  },
  120_000,
);

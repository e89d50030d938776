import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Found } from "../../src/adapter.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { until } from "../support/wait.ts";
import { isLostOnTheWay, landsUnheard, neverReturns, Platform } from "./platform.ts";
import { openScene, type Scene, SETTLE_MS, SHORT_ATTEMPT_MS, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** Post 1 is uncertain, and it may be looked for; Post 2 waits behind it. */
async function uncertainScene(...findings: readonly (Found | "throws")[]): Promise<Scene> {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(isLostOnTheWay);
  scene.platform.findings.push(...findings);
  await scene.drain();
  await scene.timePasses();
  return scene;
}

test("an uncertain post is looked for only when its deadline and the settling time are over", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  scene.platform.fates.push(isLostOnTheWay);
  let soughtAtMs = 0;
  const find = scene.platform.find.bind(scene.platform);
  scene.platform.find = async (delivery) => {
    soughtAtMs = Date.now();
    return await find(delivery);
  };
  const attemptMs = SHORT_ATTEMPT_MS;
  const again = await scene.drain({ attemptMs });
  expect(again).toBeLessThanOrEqual(attemptMs + SETTLE_MS);
  expect(await scene.drain({ attemptMs })).toBeLessThanOrEqual(again ?? 0);
  expect(scene.platform.sought).toEqual([]);
  await scene.drainAll();
  const [first] = scene.platform.tried;
  expect(soughtAtMs).toBeGreaterThanOrEqual((first?.attemptAtMs ?? Infinity) + attemptMs + SETTLE_MS);
  expect(scene.posted()).toEqual(titles(1));
});

test("what is looked for is what was sent, with the time of its first attempt and of its latest", async () => {
  const scene = await uncertainScene({ kind: "absent" });
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  await scene.timePasses();
  await scene.drain();
  const [first, second] = scene.platform.tried;
  const [soughtFirst, soughtSecond] = scene.platform.sought;
  expect(soughtFirst).toEqual(first);
  expect(soughtSecond).toEqual(second);
  expect(second?.firstAttemptAtMs).toBe(first?.firstAttemptAtMs);
  expect(second?.attemptAtMs).toBeGreaterThan(first?.attemptAtMs ?? Infinity);
});

test("found, it is not sent again", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(landsUnheard);
  await scene.drain();
  await scene.timePasses();
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 2));
  expect(scene.platform.tried).toHaveLength(2);
  expect(await scene.row(1)).toMatchObject({ state: "posted", ref: "ref-1" });
});

test.each<Found>([{ kind: "absent" }, { kind: "safe-to-repeat" }])(
  "$kind, it is sent again, before the next one",
  async (found) => {
    const scene = await uncertainScene(found);
    expect(await scene.drain()).toBeNull();
    expect(scene.posted()).toEqual(titles(1, 2));
    const [first, second] = scene.platform.tried;
    expect([second?.key, second?.message]).toEqual([first?.key, first?.message]);
  },
);

test("a platform that wants to be asked later is asked later, and nothing overtakes meanwhile", async () => {
  const scene = await uncertainScene({ kind: "ask-later", ms: 700 }, { kind: "ask-later", ms: 0 });
  expect(await scene.drain()).toBe(700);
  expect(await scene.drain()).toBe(100);
  expect(scene.platform.tried).toHaveLength(1);
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1, 2));
});

test("a search that fails is no answer: it is made again", async () => {
  const scene = await uncertainScene("throws");
  expect(await scene.drain()).toBeGreaterThanOrEqual(1000);
  expect(scene.platform.tried).toHaveLength(1);
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1, 2));
});

test("what cannot be known is held, the channel is told, and the next one goes on", async () => {
  const scene = await uncertainScene({ kind: "cannot-know", reason: "history is hidden" });
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(2));
  expect(await scene.row(1)).toMatchObject({ state: "held", why: "history is hidden" });
  const notices = scene.messages().filter(({ kind }) => kind === "notice");
  expect(notices).toHaveLength(1);
  expect(notices[0]?.text).toContain("history is hidden");
});

test("what is held stays so through further runs and takeovers: neither sent nor looked for", async () => {
  const scene = await uncertainScene({ kind: "cannot-know", reason: "x" });
  for (let n = 0; n < 3; n += 1) await scene.drain();
  expect(scene.posted()).toEqual(titles(2));
  expect(scene.platform.sought).toHaveLength(1);
});

test("a post that never returns ends at its deadline, and is uncertain", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  let aborted = false;
  scene.platform.fates.push(async (delivery, attempt, land) => {
    attempt.signal.addEventListener("abort", () => (aborted = true));
    return await neverReturns(delivery, attempt, land);
  });
  expect(await scene.drain({ attemptMs: SHORT_ATTEMPT_MS })).not.toBeNull();
  expect(aborted).toBe(true);
  await scene.timePasses();
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
});

/** Post 1 stays away until the test lets it land, long after its attempt was given up. */
async function lateScene(): Promise<{ readonly scene: Scene; readonly letLand: () => void }> {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  let letLand: () => void = () => undefined;
  const allowed = new Promise<void>((resolve) => (letLand = resolve));
  scene.platform.fates.push(async (_delivery, attempt, land) => {
    attempt.handOver();
    await allowed;
    return land();
  });
  await scene.drain({ attemptMs: SHORT_ATTEMPT_MS });
  return { scene, letLand };
}

async function rowBecomes(scene: Scene, state: string): Promise<void> {
  await until(`Post 1 to be ${state}`, 2000, async () => ((await scene.row(1))?.state === state ? true : undefined));
}

test("a late landing is accepted, and the next one goes on", async () => {
  const { scene, letLand } = await lateScene();
  letLand();
  await rowBecomes(scene, "posted");
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1, 2));
  expect(scene.platform.sought).toEqual([]);
});

test("a late landing is accepted also when another writer has taken over", async () => {
  const { scene, letLand } = await lateScene();
  await real.channels.takeOver(scene.channel);
  letLand();
  await rowBecomes(scene, "posted");
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 2));
});

test("a late landing is accepted also when the message is held already", async () => {
  const { scene, letLand } = await lateScene();
  scene.platform.findings.push({ kind: "cannot-know", reason: "x" });
  await scene.timePasses();
  await scene.drain();
  await rowBecomes(scene, "held");
  letLand();
  await rowBecomes(scene, "posted");
});

test("past its deadline a post may not hand its bytes over; it is sent later, surely once", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  let refusal: unknown;
  scene.platform.fates.push(async (_delivery, attempt, land) => {
    await new Promise((resolve) => attempt.signal.addEventListener("abort", resolve));
    try {
      attempt.handOver();
    } catch (error) {
      refusal = error;
      throw error;
    }
    return land();
  });
  await scene.drain({ attemptMs: SHORT_ATTEMPT_MS });
  expect(refusal).toMatchObject({ name: "DeliveryError", kind: "try-later" });
  await scene.timePasses();
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
  expect(scene.platform.sought).toEqual([]);
});

test("when Redis is slower than the attempt may be, nothing is sent in that attempt", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  const channels = new Proxy(real.channels, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return async (...words: readonly unknown[]): Promise<unknown> => {
        const result: unknown = await Reflect.apply(value, target, words);
        if (name === "begin") await pause(SHORT_ATTEMPT_MS + 5);
        return result;
      };
    },
  });
  expect(await scene.drain({ channels, attemptMs: SHORT_ATTEMPT_MS })).not.toBeNull();
  expect(scene.posted()).toEqual([]);
  await scene.timePasses();
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
});

test("a process that must end cuts its post off, and the next one finds out what became of it", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  const cut = new AbortController();
  scene.platform.fates.push(async (delivery, attempt, land) => {
    setImmediate(() => cut.abort());
    land();
    return await neverReturns(delivery, attempt, land);
  });
  await scene.drain({ cut: cut.signal });
  expect(await scene.row(1)).toMatchObject({ state: "sending" });
  await scene.timePasses();
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
  expect(scene.platform.tried).toHaveLength(1);
});

test("an adapter that throws before it promises anything counts as uncertain, too", async () => {
  class Hasty extends Platform {
    override post(): Promise<string> {
      throw new Error("hasty");
    }
  }
  const scene = await openScene(real);
  await scene.publish([1]);
  await scene.drain({ adapter: new Hasty() }).catch(() => undefined);
  await scene.timePasses();
  await scene.drain();
  expect(scene.platform.sought).toHaveLength(1);
  expect(scene.posted()).toEqual(titles(1));
});

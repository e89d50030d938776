import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { channelKeys } from "../../src/store/keys.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { until } from "../support/wait.ts";
import { lands, neverReturns, Platform } from "./platform.ts";
import { openScene, type Scene, SHORT_ATTEMPT_MS, titles } from "./scene.ts";
import { around } from "./around.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

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
  await real.channels.delivery.takeOver(scene.channel);
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
  const channels = around(real.channels, async (name, call) => {
    const result = await call();
    if (name === "delivery.begin") await pause(SHORT_ATTEMPT_MS + 5);
    return result;
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

test("an attempt that follows another in one run has a deadline of its own", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  let leftMs = -Infinity;
  scene.platform.fates.push(neverReturns, async (delivery, attempt, land) => {
    const deadlineAt = await real.redis.hget(channelKeys(scene.channel).sending, "deadlineAt");
    leftMs = Number(deadlineAt) - delivery.attemptAtMs;
    return await lands(delivery, attempt, land);
  });
  // Redis or the machine may stand still for so long that the same run meets its own uncertain post settled.
  await scene.drain({ attemptMs: SHORT_ATTEMPT_MS, settleMs: 0 });
  expect(leftMs).toBe(SHORT_ATTEMPT_MS);
  expect(scene.posted()).toEqual(titles(1));
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

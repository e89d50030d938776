import { afterAll, beforeAll, expect, test } from "vitest";
import type { Found } from "../../src/adapter.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { fails, isLostOnTheWay, landsUnheard } from "./platform.ts";
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
  scene.platform.fates.push(fails("uncertain"));
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

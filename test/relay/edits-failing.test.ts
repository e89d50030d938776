import { afterAll, beforeAll, expect, test } from "vitest";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { change, type EditScene, FIRST, LATER, openEditScene, openPosted, textOf } from "./edit-scene.ts";
import { fails, isLostOnTheWay, landsUnheard, neverReturns } from "./platform.ts";
import { SHORT_ATTEMPT_MS } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const posted = async (): Promise<EditScene> => await openPosted(real);

test("an uncertain edit is made again past deadline and settling time, the same bytes, without a look", async () => {
  for (const fate of [landsUnheard, isLostOnTheWay]) {
    const scene = await posted();
    await change(scene, LATER);
    scene.platform.editFates.push(fate);
    const waitMs = await scene.drain();
    expect(waitMs).toBeGreaterThan(0);
    await scene.timePasses();
    expect(await scene.drain()).toBeNull();
    const [first, second] = scene.platform.editsTried;
    expect(second).toMatchObject({ key: first?.key, message: first?.message, aim: { kind: "edit", ref: "ref-1" } });
    expect(scene.platform.sought).toEqual([]);
    expect(scene.said()).toEqual(["What it says by now."]);
    expect((await scene.row(1))?.edits).toBe(1);
  }
});

test("an older edit that lands late does not come after a newer one", async () => {
  const scene = await posted();
  await change(scene, LATER);
  let landed = false;
  scene.platform.editFates.push(async (delivery, attempt, land) => {
    attempt.handOver();
    setTimeout(() => {
      land();
      landed = true;
    }, SHORT_ATTEMPT_MS + 100);
    return await neverReturns(delivery, attempt, land);
  });
  await scene.drain({ attemptMs: SHORT_ATTEMPT_MS });
  await change(scene, textOf("What it says at last."));
  await scene.drainAll({ attemptMs: SHORT_ATTEMPT_MS });
  expect(landed).toBe(true);
  expect(scene.said()).toEqual(["What it says at last."]);
});

test("an edit that never gets an answer is put off after three attempts, posts go on, and it goes later", async () => {
  const scene = await openEditScene(real, {}, 400);
  await change(scene, FIRST);
  await scene.drain();
  await change(scene, LATER);
  await scene.editsAreDue();
  scene.platform.editFates.push(isLostOnTheWay, isLostOnTheWay, isLostOnTheWay);
  for (let runs = 0; (await scene.drain()) !== null && runs < 20; runs += 1) await scene.timePasses();
  expect(scene.platform.editsTried).toHaveLength(3);
  await scene.publish([2]);
  await scene.drain();
  expect(scene.posted()).toEqual(["Post 1", "Post 2"]);
  await scene.editsAreDue();
  await scene.drain();
  expect(scene.said()[0]).toBe("What it says by now.");
  expect((await scene.row(1))?.edits).toBe(1);
});

test("old words that come back after an edit of which nobody knows whether it landed are shown again", async () => {
  const scene = await posted();
  await change(scene, LATER);
  scene.platform.editFates.push(landsUnheard, landsUnheard, landsUnheard);
  for (let tried = 0; tried < 3; tried += 1) {
    await scene.drain();
    await scene.timePasses();
  }
  await change(scene, FIRST);
  for (let runs = 0; (await scene.drain()) !== null && runs < 20; runs += 1) await scene.timePasses();
  expect(scene.said()).toEqual(["What it said at first."]);
});

test("old words that come back behind an edit that surely did not land need no other", async () => {
  const scene = await openEditScene(real, {}, 400);
  await change(scene, FIRST);
  await scene.drain();
  await change(scene, LATER);
  await scene.editsAreDue();
  scene.platform.editFates.push(fails("try-later", "limit", 60_000));
  await scene.drain();
  await change(scene, FIRST);
  await scene.editsAreDue();
  await scene.drain();
  expect(scene.platform.editsTried).toHaveLength(1);
  expect(await scene.waitingEdits()).toEqual([]);
});

test("a deleted message is never posted anew, says nothing to the channel, and is not tried again", async () => {
  const scene = await posted();
  scene.platform.editFates.push(fails("message-rejected", "the message was deleted"));
  await change(scene, LATER);
  await scene.drain();
  await change(scene, textOf("What it says at last."));
  await scene.drain();
  expect(scene.platform.editsTried).toHaveLength(1);
  expect(scene.messages()).toHaveLength(1);
  expect(await scene.row(1)).toMatchObject({
    state: "posted",
    ref: "ref-1",
    fixed: true,
    editWhy: "the message was deleted",
  });
});

test("an edit that has to wait holds up no post, and goes later as it is by then", async () => {
  const scene = await openEditScene(real, {}, 400);
  await scene.publish([1], scene.feedId, FIRST);
  await scene.drain();
  await change(scene, LATER);
  await scene.editsAreDue();
  scene.platform.editFates.push(fails("try-later", "limit", 60_000));
  await scene.drain();
  await scene.publish([2]);
  await scene.drain();
  expect(scene.posted()).toEqual(["Post 1", "Post 2"]);
  await change(scene, textOf("What it says at last."));
  expect(scene.platform.editsTried).toHaveLength(1);
  await scene.editsAreDue();
  await scene.drain();
  expect(scene.said()[0]).toBe("What it says at last.");
});

test("an edit that finds the channel unusable pauses it, and goes when it goes on", async () => {
  const scene = await posted();
  scene.platform.editFates.push(fails("channel-unusable", "no rights"));
  await change(scene, LATER);
  expect(await scene.drain()).toBeNull();
  expect(await real.channels.pausedBecause(scene.channel)).toBe("no rights");
  await real.channels.resume(scene.channel);
  await scene.drain();
  expect(scene.said()).toEqual(["What it says by now."]);
});

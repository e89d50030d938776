import { afterAll, beforeAll, expect, test } from "vitest";
import { channelKeys } from "../../src/store/keys.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { fails, isLostOnTheWay } from "./platform.ts";
import { openScene, type Scene, titles } from "./scene.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

function notices(scene: Scene): readonly string[] {
  return scene
    .messages()
    .filter(({ kind }) => kind === "notice")
    .map(({ text }) => text);
}

test("a notice is posted once, however often and by however many it is announced", async () => {
  const scene = await openScene(real);
  const announce = async (): Promise<void> => await real.channels.announce(scene.channel, "gone-x", "It is gone");
  await Promise.all([announce(), announce(), announce()]);
  await scene.drain();
  await announce();
  await scene.drain();
  expect(notices(scene)).toEqual(["It is gone"]);
  expect(await real.redis.hlen(channelKeys(scene.channel).notices)).toBe(0);
});

test("notices and entries stand in the order in which they came", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await real.channels.announce(scene.channel, "a", "First notice");
  await scene.publish([2]);
  await scene.drain();
  expect(scene.messages().map(({ text }) => text)).toEqual(["Post 1", "First notice", "Post 2"]);
});

test("a notice is repeated like any message: looked for first, with its key", async () => {
  const scene = await openScene(real);
  await real.channels.announce(scene.channel, "a", "Something to know");
  scene.platform.fates.push(isLostOnTheWay);
  await scene.drain();
  await scene.timePasses();
  await scene.drain();
  expect(scene.platform.sought).toHaveLength(1);
  expect(notices(scene)).toEqual(["Something to know"]);
  const [first, second] = scene.platform.tried;
  expect(second?.key).toBe(first?.key);
});

test("two messages that are held bring a notice each", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(isLostOnTheWay, isLostOnTheWay);
  scene.platform.findings.push({ kind: "cannot-know", reason: "one" }, { kind: "cannot-know", reason: "two" });
  for (let runs = 0; runs < 4; runs += 1) {
    await scene.drain();
    await scene.timePasses();
  }
  expect(notices(scene).map((text) => text.slice(-4))).toEqual(["one.", "two."]);
});

test("a notice that is held itself brings no further notice, and the next message goes on", async () => {
  const scene = await openScene(real);
  await real.channels.announce(scene.channel, "a", "Something to know");
  scene.platform.fates.push(isLostOnTheWay);
  scene.platform.findings.push({ kind: "cannot-know", reason: "x" });
  await scene.drain();
  await scene.timePasses();
  await scene.publish([1]);
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1));
  expect(notices(scene)).toEqual([]);
});

test("a rejected notice holds up nothing", async () => {
  const scene = await openScene(real);
  await real.channels.announce(scene.channel, "a", "Something to know");
  await scene.publish([1]);
  scene.platform.fates.push(fails("message-rejected"));
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1));
});

test("a notice whose text is gone holds up nothing", async () => {
  const scene = await openScene(real);
  await real.channels.announce(scene.channel, "a", "Something to know");
  await real.redis.del(channelKeys(scene.channel).notices);
  await scene.publish([1]);
  expect(await scene.drain()).toBeNull();
  expect(scene.posted()).toEqual(titles(1));
});

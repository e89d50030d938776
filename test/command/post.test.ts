import { afterAll, beforeAll, expect, test } from "vitest";
import { recordDocument } from "../../src/poll/record.ts";
import { LedgerStore } from "../../src/store/ledger-store.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { isLostOnTheWay, landsUnheard } from "../relay/platform.ts";
import { openScene, type Scene, SHORT_ATTEMPT_MS, titles } from "../relay/scene.ts";
import { excludingAuthor } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { asker } from "./asking.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const LINK = "https://planet.example/posts/1";

async function held(scene: Scene, fate = isLostOnTheWay): Promise<void> {
  scene.platform.fates.push(fate);
  scene.platform.findings.push({ kind: "cannot-know", reason: "who knows" });
  await scene.drain({ attemptMs: SHORT_ATTEMPT_MS });
  await scene.timePasses();
  await scene.drain();
}

test("an entry that was kept out is posted at once, by link or by words, and wakes the channel", async () => {
  const scene = await openScene(real, excludingAuthor("Ada Example"));
  await scene.publish([1, 2]);
  const woken: string[] = [];
  const wake = async (channel: string): Promise<void> => void (await Promise.resolve(woken.push(channel)));
  const say = asker(real, scene.channel, { wake });
  expect(await say(`post ${LINK}`)).toMatchObject({
    status: "done",
    text: expect.stringContaining("is posted here now"),
  });
  expect(await say("post post 2")).toMatchObject({ status: "done" });
  expect(woken).toEqual([scene.channel, scene.channel]);
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 2));
  expect((await say(`why ${LINK}`)).text).toMatch(/Posted here on .*, as somebody asked/);
});

test("who may not manage the channel posts nothing", async () => {
  const scene = await openScene(real, excludingAuthor("Ada Example"));
  await scene.publish([1]);
  expect(await asker(real, scene.channel)(`post ${LINK}`, "member")).toMatchObject({ status: "refused" });
  expect(await real.channels.outstanding(scene.channel)).toBe(0);
});

test("in a channel that is paused it waits, and the answer says so", async () => {
  const scene = await openScene(real, excludingAuthor("Ada Example"));
  await scene.publish([1]);
  await real.channels.pause(scene.channel, "the bot was removed");
  const { text } = await asker(real, scene.channel)(`post ${LINK}`);
  expect(text).toContain("as soon as posting goes on");
  expect(text).toContain("Posting is paused: the bot was removed. `resume` goes on.");
});

test("what was posted is refused unless again:yes, and what waits or comes by itself anyway", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  const say = asker(real, scene.channel);
  expect(await say(`post ${LINK}`)).toMatchObject({
    status: "refused",
    text: expect.stringContaining("waits to be posted already"),
  });
  await scene.drain();
  const { status, text } = await say(`post ${LINK}`);
  expect([status, text]).toEqual(["refused", expect.stringContaining(`\`post ${LINK} again:yes\``)]);
  expect(await say(`post ${LINK} again:YES`)).toMatchObject({ status: "done" });
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1, 1));
  await recordDocument(real.feeds, scene.feedId, documentOf([entry(2)]), true, LIMITS);
  expect(await say("post Post 2 again:yes")).toMatchObject({
    status: "refused",
    text: expect.stringContaining("comes by itself"),
  });
});

test("what is held is sent again, where it did not arrive", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await held(scene);
  expect(await asker(real, scene.channel)(`post ${LINK}`)).toMatchObject({ status: "done" });
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
  expect(await new LedgerStore(real.redis).held(scene.channel)).toEqual([]);
});

test("what is held counts as posted, where somebody has seen it", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await held(scene, landsUnheard);
  const say = asker(real, scene.channel);
  expect(await say(`post ${LINK} landed:yes`)).toMatchObject({
    status: "done",
    text: expect.stringContaining("nothing was sent"),
  });
  await scene.drain();
  expect(scene.posted()).toEqual(titles(1));
  expect(await scene.row(1)).toMatchObject({ state: "posted" });
  expect((await say(`why ${LINK}`)).text).toContain("Somebody said that it had arrived");
  expect(await say(`post ${LINK} landed:yes`)).toMatchObject({
    status: "refused",
    text: expect.stringContaining("is not set aside"),
  });
});

test("of a message of several that is held, the answer tells how many are left", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4, 5]);
  await held(scene);
  expect((await asker(real, scene.channel)(`post ${LINK}`)).text).toContain(
    "4 more of the same message are still set aside.",
  );
});

test("what fits nothing or several is asked back, with what to say", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  const say = asker(real, scene.channel);
  const several = await say("post post");
  expect(several).toMatchObject({
    status: "refused",
    text: expect.stringContaining("fits several entries. Say which:"),
  });
  expect(several.text).toContain(`\`post ${scene.feedId}.2\``);
  const near = await say("post post about nothing");
  expect(near).toMatchObject({ status: "refused", text: expect.stringContaining("Near it are:") });
  expect(await say("post zzz")).toMatchObject({ status: "refused", text: expect.not.stringContaining("Near") });
  await expect(say("post")).rejects.toThrow("entry is missing");
  expect(await say(`post ${scene.feedId}.2`)).toMatchObject({
    status: "refused",
    text: expect.stringContaining("waits"),
  });
});

test("a channel without feeds is told how to follow one", async () => {
  expect(await asker(real, "test:nobody")("post x")).toMatchObject({
    status: "refused",
    text: expect.stringContaining("follow <address>"),
  });
});

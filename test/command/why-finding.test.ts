import { afterAll, beforeAll, expect, test } from "vitest";
import { feedKeys } from "../../src/store/keys.ts";
import { DAY_MS } from "../identity/reader.ts";
import { change, LATER, openPosted, textOf } from "../relay/edit-scene.ts";
import { fails } from "../relay/platform.ts";
import { openScene, type Scene } from "../relay/scene.ts";
import { excludingAuthor } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { asker } from "./asking.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const LINK = "https://planet.example/posts/1";

async function why(scene: Scene, what = LINK): Promise<string> {
  const { status, text } = await asker(real, scene.channel)(`why ${what}`, "guest");
  expect(status).toBe("done");
  return text;
}

test("never seen: the feeds' last readings, whether one is at that host, and titles that come near", async () => {
  const scene = await openScene(real);
  await real.feeds.setState(scene.feedId, { lastOkAtMs: String(Date.now() - 120_000) });
  await scene.publish([1]);
  const there = await why(scene, `https://${scene.feedId.toLowerCase()}.example/other`);
  expect(there).toContain(`has shown https://${scene.feedId.toLowerCase()}.example/other`);
  const elsewhere = await why(scene, "https://elsewhere.example/2024/a-fine-post.html");
  expect(elsewhere).toContain("None of them is at elsewhere.example. They are:");
  expect(elsewhere).toContain("1 A feed: read 2 minutes ago, next in 10 minutes");
  expect(elsewhere).toContain("Titles that come near:");
  expect(elsewhere).toContain("[Post 1](https://planet.example/posts/1)");
  const unknown = await why(scene, "no such words");
  expect(unknown).toContain("has “no such words” in its title");
  expect(unknown).toContain("`search no such words` looks into texts, too.");
});

test.each([
  ["the link, as it was moved, tracked and written otherwise", "http://www.planet.example/posts/1/?utm_source=x#top"],
  ["the link without its scheme", "planet.example/posts/1"],
  ["the link in angle brackets", "<https://planet.example/posts/1>"],
  ["the guid", "https://guid.example/1"],
  ["words of the title, in any order and spelling", "1 pöst"],
  ["the link of the message", "https://chat.example/rooms/ref-1-and-very-long"],
])("an entry is found by %s", async (_what, wanted) => {
  const scene = await openScene(real);
  await scene.publish([1], scene.feedId, { guid: "https://guid.example/1" });
  scene.platform.fates.push(async (_delivery, attempt, land) => {
    attempt.handOver();
    land();
    return await Promise.resolve("ref/1/and-very-long");
  });
  await scene.drain();
  expect(await why(scene, wanted)).toContain("[Post 1](https://planet.example/posts/1) — ");
});

test("of several that fit the newest is told, and the others are listed with what became of them", async () => {
  const scene = await openScene(real);
  const other = await scene.anotherFeed(excludingAuthor("Ada Example"));
  await scene.publish([1]);
  await scene.drain();
  await scene.publish([1], other);
  const text = await why(scene);
  expect(text).toContain("This fits, too:");
  expect(text).toMatch(/Kept out of this channel|Posted here/);
  // What is offered means that one and no other.
  const [, next = ""] = /A feed: (?:posted|kept out)\. `why (\S+)`/.exec(text) ?? [];
  expect([`${scene.feedId}.1`, `${other}.1`]).toContain(next);
  expect(await why(scene, next)).not.toContain("This fits, too:");
  const both = [text, await why(scene, next)].join("\n");
  const [, post = ""] = /`(post \S+)` posts it all the same/.exec(both) ?? [];
  expect(await asker(real, scene.channel)(post)).toMatchObject({ status: "done" });
});

test("alone it tells the last decisions, newest first, and what was kept out is not hidden by what was posted", async () => {
  const scene = await openScene(real, excludingAuthor("Grace Hopper"));
  await scene.publish([1], scene.feedId, { authorRaw: "Grace Hopper" });
  for (let n = 2; n < 16; n += 1) {
    await scene.publish([n]);
    await scene.drain();
  }
  scene.platform.fates.push(fails("message-rejected", "too loud"));
  await scene.publish([16]);
  await scene.drain();
  const lines = (await why(scene, "")).split("\n").filter((line) => line.startsWith("- "));
  expect(lines).toHaveLength(6);
  expect(lines[0]).toMatch(/Post 16\b.*refused .* ago: too loud · A feed/);
  expect(lines[1]).toMatch(/Post 15\b.* — posted .* ago · A feed/);
  expect(lines.at(-1)).toMatch(/Post 1\].*kept out .*: author “Grace Hopper” is excluded/);
});

test("a message that was edited, or could not be, is said to be", async () => {
  const scene = await openPosted(real);
  await change(scene, LATER);
  await scene.drainAll();
  expect(await why(scene)).toMatch(/The entry has changed since, and so has the message: once on \d{4}-/);
  scene.platform.editFates.push(fails("message-rejected", "it is too old"));
  await change(scene, textOf("What it says at last."));
  await scene.drainAll();
  expect(await why(scene)).toMatch(/The entry has changed since, and the message does not show it: .*it is too old\./);
});

test("a digest is one line of the last decisions", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4, 5, 6]);
  await scene.drain();
  const lines = (await why(scene, "")).split("\n").filter((line) => line.startsWith("- "));
  expect(lines).toEqual([expect.stringContaining("posted with 5 more")]);
});

test("a channel without feeds and one without news are told so", async () => {
  const nowhere = asker(real, "test:nowhere");
  expect(await nowhere("why")).toMatchObject({ text: expect.stringContaining("Nothing was decided here yet") });
  expect(await nowhere("why something")).toMatchObject({
    status: "refused",
    text: expect.stringContaining("follow <address>"),
  });
  const scene = await openScene(real);
  expect(await asker(real, scene.channel)("why 7")).toMatchObject({
    status: "refused",
    text: expect.stringContaining("There is no feed 7"),
  });
});

test("what was forgotten of a feed's keys still leaves an answer", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await real.redis.hset(feedKeys(scene.feedId).state, "watchedMs", String(40 * DAY_MS));
  expect(await why(scene)).toContain("The feed showed it last about 40 days ago.");
  await real.redis.del(feedKeys(scene.feedId).seen);
  expect(await why(scene, "Post 1")).toMatch(/First seen in feed 1 on [^;]*\.$/m);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { PAUSED_BY_A_PERSON } from "../../src/relay/pause.ts";
import { channelKeys, feedKeys } from "../../src/store/keys.ts";
import { LIMITS } from "../identity/reader.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { fails, isLostOnTheWay, landsUnheard, neverReturns } from "../relay/platform.ts";
import { openScene, type Scene, SHORT_ATTEMPT_MS } from "../relay/scene.ts";
import { excludingAuthor, follow, unfollow } from "../store/follows.ts";
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

/** The state that machines are told. */
async function stateOf(scene: Scene, what = LINK): Promise<string> {
  const { reply } = await asker(real, scene.channel)(`why ${what}`);
  return (reply.data as { entries: { state: string }[] }).entries[0]?.state ?? "";
}

test("posted: when and where, since when it is known, and by what", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await scene.drain();
  const text = await why(scene);
  for (const part of [
    "[Post 1](https://planet.example/posts/1) — Ada Example · A feed · published 2024-01-01 01:17 UTC",
    /Posted here on \d{4}-\d\d-\d\d \d\d:\d\d UTC \(\d+ seconds? ago\): \[the message\]\(https:\/\/chat\.example\/m\/ref-1\)\./,
    /First seen in feed 1 on .* ago\); it is known again by its guid\./,
    "still shows it",
  ])
    expect(text).toMatch(part);
  expect(await stateOf(scene)).toBe("posted");
});

test("posted in a digest: with how many others", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2, 3, 4, 5, 6]);
  await scene.drain();
  expect(scene.messages()).toHaveLength(1);
  expect(await why(scene)).toContain("in one message with 5 others: [the message]");
});

test("pending, with nothing before it", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  expect(await why(scene)).toContain("Waits to be posted: number 1 of 1. It is sent as soon as its turn comes.");
  expect(await stateOf(scene)).toBe("pending");
});

test("pending behind a message that the platform puts off: its answer and the next try", async () => {
  const scene = await openScene(real);
  await scene.publish([1, 2]);
  scene.platform.fates.push(fails("try-later", "slow down", 120_000));
  await scene.drain();
  const text = await why(scene, "https://planet.example/posts/2");
  expect(text).toContain("Waits to be posted: number 1 of 1. Before it goes another message:");
  expect(text).toContain("It has not arrived yet (1 attempt): slow down. It is tried again in 2 minutes.");
});

test.each([
  { why: PAUSED_BY_A_PERSON, says: "somebody paused posting here. `resume` goes on" },
  { why: "the bot was removed", says: "posting here is paused: the bot was removed. `resume` goes on" },
])("pending in a channel that is paused: $why", async ({ why: reason, says }) => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await real.channels.pause(scene.channel, reason);
  await scene.drain();
  const text = await why(scene);
  expect(text).toContain("number 1 of 1.");
  expect(text).toContain(`Nothing is sent, since ${says}`);
});

test("pending, and kept out by today's rules when its turn comes", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  const settings = JSON.stringify({ filter: excludingAuthor("Ada Example") });
  await real.feeds.followers.change(scene.feedId, scene.channel, () => settings);
  expect(await why(scene)).toContain("today’s rules will keep it out: author “Ada Example” is excluded");
});

test("sending, at this moment", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  let asked: Promise<string> = Promise.resolve("");
  scene.platform.fates.push(async (_delivery, attempt, land) => {
    asked = why(scene);
    await asked;
    attempt.handOver();
    return land();
  });
  await scene.drain();
  expect(await asked).toContain("It is being sent at this moment.");
});

test("sending, put off by the platform: its answer, how often, and the next try", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  scene.platform.fates.push(fails("try-later", "slow down.", 120_000));
  await scene.drain();
  expect(await why(scene)).toContain("It has not arrived yet (1 attempt): slow down. It is tried again in 2 minutes.");
  expect(await stateOf(scene)).toBe("sending");
});

test("sending, in a channel that cannot be used: the reason, and what to do", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  scene.platform.fates.push(fails("channel-unusable", "the bot may not write here"));
  await scene.drain();
  const text = await why(scene);
  expect(text).toContain("It has not arrived yet (1 attempt): the bot may not write here.");
  expect(text).not.toContain("tried again");
  expect(text).toContain("posting here is paused: the bot may not write here. `resume` goes on");
});

test.each([isLostOnTheWay, landsUnheard, neverReturns])(
  "sending, and no answer came: it is looked for first",
  async (fate) => {
    const scene = await openScene(real);
    await scene.publish([1]);
    scene.platform.fates.push(fate);
    await scene.drain({ attemptMs: SHORT_ATTEMPT_MS });
    await scene.timePasses();
    expect(await why(scene)).toContain(
      "and no answer came. It is looked for in the channel, and sent again only if it surely is not there.",
    );
  },
);

test("filtered: by which rule, and what today's rules say", async () => {
  const scene = await openScene(real, excludingAuthor("Ada Example"));
  await scene.publish([1]);
  const text = await why(scene);
  expect(text).toMatch(/Kept out of this channel on .*: author “Ada Example” is excluded\./);
  expect(text).toContain("So would today’s rules: author “Ada Example” is excluded.");
  expect(text).toContain("`post https://planet.example/posts/1` posts it all the same");
  await real.feeds.followers.change(scene.feedId, scene.channel, () => "{}");
  expect(await why(scene)).toContain("Today’s rules would let it in.");
  expect(await stateOf(scene)).toBe("filtered");
});

test("filtered as sending began", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  const settings = JSON.stringify({ filter: excludingAuthor("Ada Example") });
  await real.feeds.followers.change(scene.feedId, scene.channel, () => settings);
  await scene.drain();
  expect(await why(scene)).toMatch(/Kept out of this channel on .*: author “Ada Example” is excluded\./);
});

test("withdrawn: why", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await unfollow(real, scene.channel, scene.feedId);
  await follow(real, scene.channel, scene.feedId);
  const text = await why(scene);
  expect(text).toMatch(/Taken out of what waited here on .*, before it was sent: unfollowed\./);
  expect(text).toContain("`post https://planet.example/posts/1` posts it after all");
});

test("rejected: why", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  scene.platform.fates.push(fails("message-rejected", "it is too loud"));
  await scene.drain();
  const text = await why(scene);
  expect(text).toMatch(/Not posted: it was refused on .*: it is too loud\./);
  expect(text).toContain("tries once more");
});

test("held: why, and what to do", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  scene.platform.fates.push(isLostOnTheWay);
  scene.platform.findings.push({ kind: "cannot-know", reason: "the history may not be read" });
  await scene.drain({ attemptMs: SHORT_ATTEMPT_MS });
  await scene.timePasses();
  await scene.drain();
  const text = await why(scene);
  expect(text).toMatch(/Set aside on .*: nobody knows whether it arrived here: the history may not be read\./);
  expect(text).toContain(
    "If it is there: `post https://planet.example/posts/1 landed:yes`. If it is not: `post https://planet.example/posts/1` sends it again.",
  );
  expect(await why(scene, "")).toContain("1 message is set aside");
});

test("read before the channel followed", async () => {
  const scene = await openScene(real);
  await unfollow(real, scene.channel, scene.feedId);
  await recordDocument(real.feeds, scene.feedId, documentOf([entry(1)]), true, LIMITS);
  await follow(real, scene.channel, scene.feedId);
  const text = await why(scene);
  expect(text).toContain("It was in the feed already when this channel followed it, so it was not posted.");
  expect(text).toContain("`post https://planet.example/posts/1` posts it");
  expect(await stateOf(scene)).toBe("before the follow");
});

test("found just now, and not yet offered to the channel", async () => {
  const scene = await openScene(real);
  await recordDocument(real.feeds, scene.feedId, documentOf([entry(1)]), true, LIMITS);
  expect(await why(scene)).toContain("It was found just now, and is on its way to this channel.");
});

test("longer ago than anything is kept", async () => {
  const scene = await openScene(real);
  await scene.publish([1]);
  await scene.drain();
  await real.redis.del(channelKeys(scene.channel).ledger, channelKeys(scene.channel).ledgerTimes);
  expect(await why(scene)).toContain("such notes are kept for 180 days (RETENTION_DAYS)");
  await real.redis.hdel(feedKeys(scene.feedId).entries, "1");
  const text = await why(scene);
  expect(text).toContain("not noted any more");
  expect(text).toContain("its content is not kept any more");
});

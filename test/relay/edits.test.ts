import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawEntry } from "../../src/feed/entry.ts";
import type { FollowSettings } from "../../src/follow/settings.ts";
import { excludingAuthor, follow } from "../store/follows.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { change, type EditScene, FIRST, LATER, openEditScene, openPosted, textOf } from "./edit-scene.ts";
import { fails } from "./platform.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const posted = async (settings: Partial<FollowSettings> = {}, values = FIRST): Promise<EditScene> =>
  await openPosted(real, settings, values);

test("a changed text is shown in the place of the old one, and is no post more", async () => {
  const scene = await posted();
  await change(scene, LATER);
  expect(await scene.drain()).toBeNull();
  expect(scene.said()).toEqual(["What it says by now."]);
  expect(scene.platform.tried).toHaveLength(1);
  expect(await scene.row(1)).toMatchObject({ state: "posted", ref: "ref-1", edits: 1 });
  expect((await scene.row(1))?.editedAt).toBeGreaterThan(0);
});

test("a changed title is shown, also where only titles are", async () => {
  const scene = await posted({ style: "title" }, textOf(""));
  await change(scene, { ...textOf(""), titleRaw: "Post one" });
  await scene.drain();
  expect(scene.posted()).toEqual(["Post one"]);
});

test("a protected post that opens shows its text", async () => {
  const form = '<form class="post-password-form">This content is password protected.</form>';
  const scene = await openEditScene(real);
  await scene.publish([1], scene.feedId, { titleRaw: "Protected: Post 1", html: form });
  await scene.drain();
  expect(scene.said()).toEqual([""]);
  await change(scene, { titleRaw: "Post 1", ...LATER });
  await scene.drain();
  expect(scene.said()).toEqual(["What it says by now."]);
});

test.each<readonly [string, Partial<RawEntry>]>([
  ["a new date", { publishedAt: "2024-05-05T05:05:05.000Z", updatedAt: "2024-05-05T05:05:05.000Z" }],
  ["a new guid", { guid: "urn:example:another" }],
  ["another picture", { image: "https://planet.example/other.png" }],
  ["other markup", { html: "<div><em>What</em> it said at first.<img src='/1.gif'></div>" }],
  ["a counter", { html: "<p>What it said at first. 12 comments</p>" }],
])("%s changes no message", async (_what, values) => {
  const scene = await posted();
  await change(scene, { ...FIRST, ...values });
  await scene.drain();
  expect(scene.platform.editsTried).toEqual([]);
  expect(await scene.waitingEdits()).toEqual([]);
  expect(scene.posted()).toEqual(["Post 1"]);
});

test("an entry that still waits is posted as it is by then, and edited no more", async () => {
  const scene = await openEditScene(real);
  await scene.publish([1], scene.feedId, FIRST);
  await change(scene, LATER);
  await scene.drain();
  expect(scene.said()).toEqual(["What it says by now."]);
  expect(scene.platform.editsTried).toEqual([]);
});

test("an entry that changes while it is composed or on its way is edited behind that", async () => {
  const scene = await openEditScene(real);
  await scene.publish([1], scene.feedId, FIRST);
  scene.platform.fates.push(async (_delivery, _attempt, land) => {
    await change(scene, LATER);
    return land();
  });
  await scene.drain();
  expect(scene.said()).toEqual(["What it says by now."]);
  // Between reading its record and writing down its bytes.
  const racing = await openEditScene(real);
  await racing.publish([1], racing.feedId, FIRST);
  await racing.drain({ channels: racing.before("delivery.begin", async () => await change(racing, LATER)) });
  expect(racing.said()).toEqual(["What it says by now."]);
});

test("a change that comes while an edit is composed, or is on its way, is not forgotten", async () => {
  const [composing, dropping, going] = [await posted(), await posted(), await posted()];
  await change(composing, LATER);
  const again = async (): Promise<void> => await change(composing, textOf("What it says at last."));
  await composing.drain({ channels: composing.before("edits.begin", again) });
  expect(composing.said()).toEqual(["What it says at last."]);
  await change(dropping, LATER);
  await change(dropping, FIRST);
  const reading = await posted();
  await change(reading, LATER);
  const meanwhile = async (): Promise<void> => await change(reading, textOf("What it says at last."));
  await reading.drain({ channels: reading.before("ledgerRow", meanwhile) });
  expect(reading.said()).toEqual(["What it says at last."]);
  await dropping.drain({
    channels: dropping.before("edits.drop", async () => await change(dropping, textOf("What it says at last."))),
  });
  expect(dropping.said()).toEqual(["What it says at last."]);
  await change(going, LATER);
  going.platform.editFates.push(async (_delivery, _attempt, land) => {
    await change(going, textOf("What it says at last."));
    return land();
  });
  await going.drain();
  expect(going.said()).toEqual(["What it says at last."]);
});

test("words that come back before the edit go nowhere; afterwards they come back in the message", async () => {
  const scene = await posted();
  await change(scene, LATER);
  await change(scene, FIRST);
  await scene.drain();
  expect(scene.platform.editsTried).toEqual([]);
  await change(scene, LATER);
  await scene.drain();
  await change(scene, FIRST);
  await scene.drain();
  expect(scene.said()).toEqual(["What it said at first."]);
  expect((await scene.row(1))?.edits).toBe(2);
  expect(new Set(scene.platform.editsTried.map(({ key }) => key)).size).toBe(2);
});

test("several changes in a row are one edit, when its time has come", async () => {
  const scene = await openEditScene(real, {}, 400);
  await scene.publish([1], scene.feedId, FIRST);
  await scene.drain();
  await change(scene, textOf("Once."));
  const dueAtMs = await scene.deps.channels.edits.dueAt(scene.channel);
  for (const words of ["Twice.", "Thrice."]) await change(scene, textOf(words));
  // A text that changes at every reading is edited all the same.
  expect(await scene.deps.channels.edits.dueAt(scene.channel)).toBe(dueAtMs);
  expect(await scene.drain()).toBeNull();
  expect(scene.platform.editsTried).toEqual([]);
  await scene.editsAreDue();
  await scene.drain();
  expect(scene.said()).toEqual(["Thrice."]);
  expect(scene.platform.editsTried).toHaveLength(1);
});

test("entries of a digest are not edited, and the ledger says why", async () => {
  const scene = await openEditScene(real);
  await scene.publish([1, 2, 3, 4, 5], scene.feedId);
  await scene.drain();
  await change(scene, { titleRaw: "Post one" });
  await scene.drain();
  expect(scene.platform.editsTried).toEqual([]);
  expect(await scene.row(1)).toMatchObject({
    state: "posted",
    together: 5,
    editWhy: "it stands in a message with 4 more",
  });
});

test("where edits are off nothing is edited, and what waits when they go off neither", async () => {
  const off = await posted({ edits: false });
  await change(off, LATER);
  await off.drain();
  expect(await off.waitingEdits()).toEqual([]);
  const later = await posted();
  await change(later, LATER);
  await later.set({ edits: false });
  await later.drain();
  expect([...off.said(), ...later.said()]).toEqual(["What it said at first.", "What it said at first."]);
  expect(await later.row(1)).toMatchObject({ editWhy: "edits are off for this feed" });
});

test("an entry that a filter keeps out by now stays as it is", async () => {
  const scene = await posted();
  await change(scene, LATER);
  await scene.set({ filter: excludingAuthor("Ada Example") });
  await scene.drain();
  expect(scene.said()).toEqual(["What it said at first."]);
  expect((await scene.row(1))?.editWhy).toContain("filtered as it is now");
});

test("what a filter kept out, what was rejected and what is not followed any more is not edited", async () => {
  const filtered = await openEditScene(real, { filter: excludingAuthor("Ada Example") });
  await filtered.publish([1], filtered.feedId, FIRST);
  await filtered.drain();
  await filtered.set({});
  await change(filtered, LATER);
  await filtered.drain();
  expect(filtered.posted()).toEqual([]);
  const rejected = await openEditScene(real);
  rejected.platform.fates.push(fails("message-rejected"));
  await rejected.publish([1], rejected.feedId, FIRST);
  await rejected.drain();
  await change(rejected, LATER);
  await rejected.drain();
  expect(rejected.posted()).toEqual([]);
  const left = await posted();
  await change(left, LATER);
  await real.channels.unfollow(left.channel, left.feedId);
  const follower = await real.feeds.followers.get(left.feedId, left.channel);
  await real.feeds.followers.drop(left.feedId, left.channel, follower?.followId ?? "");
  await left.drain();
  expect(left.said()).toEqual(["What it said at first."]);
});

test("what a channel never had, since it followed later, is not edited there", async () => {
  const scene = await posted();
  const late = await openEditScene(real);
  await follow(real, late.channel, scene.feedId);
  await change(scene, LATER);
  await late.drain();
  expect(late.posted()).toEqual([]);
  expect(late.platform.editsTried).toEqual([]);
});

test("after five edits, and after seven days, a message stays as it is", async () => {
  const often = await posted();
  for (const words of ["One.", "Two.", "Three.", "Four.", "Five.", "Six."]) {
    await change(often, textOf(words));
    await often.drain();
  }
  expect(often.said()).toEqual(["Five."]);
  expect(await often.row(1)).toMatchObject({ edits: 5, editWhy: "it was edited 5 times already" });
  const old = await posted();
  await old.age(8);
  await change(old, LATER);
  await old.drain();
  expect(old.said()).toEqual(["What it said at first."]);
  expect((await old.row(1))?.editWhy).toBe("it was posted more than 7 days ago");
});

test("posts go before edits, and a change parts no digest", async () => {
  const scene = await posted();
  await scene.publish([2, 3, 4]);
  await change(scene, LATER);
  await scene.publish([5, 6]);
  await scene.drain();
  expect(scene.messages().map(({ kind }) => kind)).toEqual(["post", "digest"]);
  expect(scene.said()[0]).toBe("What it says by now.");
});

test("two feeds and two channels: each message shows what its entry says", async () => {
  const [one, two] = [await posted(), await openEditScene(real)];
  await follow(real, two.channel, one.feedId);
  await one.publish([2], one.feedId, FIRST);
  for (const scene of [one, two]) await scene.drain();
  await one.publish([2], one.feedId, LATER);
  for (const scene of [one, two]) await scene.drain();
  expect(one.said()).toEqual(["What it said at first.", "What it says by now."]);
  expect(two.said()).toEqual(["What it says by now."]);
});

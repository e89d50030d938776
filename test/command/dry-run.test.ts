import { afterAll, beforeAll, expect, test } from "vitest";
import { toSettings } from "../../src/follow/settings.ts";
import type { RawEntry } from "../../src/feed/entry.ts";
import { entryId } from "../../src/relay/item.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { openScene } from "../relay/scene.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { speaker } from "./speaker.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

/** A channel that follows a feed with so many posts, each tenth by Grace and the others by Ada. */
async function stage(count: number) {
  const { channel, feedId } = await openScene(real);
  const entries = Array.from({ length: count }, (_, i) => i + 1).map((n) => {
    const values: Partial<RawEntry> = { authorRaw: n % 10 === 0 ? "Grace Hopper" : "Ada Quill" };
    return entry(n, n === 4 ? { ...values, html: "<p>A nightly build</p>" } : values);
  });
  await recordDocument(real.feeds, feedId, documentOf(entries.toReversed()), true, LIMITS);
  const say = speaker(real, channel);
  const settings = async () => toSettings((await real.feeds.followers.get(feedId, channel))?.settings ?? "{}");
  return { say, settings, id: (n: number) => entryId(feedId, n) };
}

interface Tried {
  readonly dryRun: { readonly of: number; readonly pass: number; readonly kept: readonly { readonly entry: string }[] };
}

test("a change is answered with what it does to the last entries, and the fewer by title", async () => {
  const { say } = await stage(20);
  const only = await say("authors 1 include Grace");
  expect(only.text).toContain("Of the last 20 entries 2 would pass:");
  for (const part of ["Post 10", "Post 20"]) expect(only.text).toContain(part);
  expect(only.text).not.toContain("Post 9");
  const all = await say("authors 1 clear");
  expect(all.text).toContain("Of the last 20 entries all would pass.");
});

test("what falls away is named with its rule, and both kinds of rules count", async () => {
  const { say, id } = await stage(20);
  await say("authors 1 exclude Grace");
  const { text, reply } = await say("filter 1 exclude nightly");
  expect(text).toContain("Of the last 20 entries 17 would pass; kept out:");
  expect(text).toMatch(/Post 4.*“nightly” is excluded/);
  expect(text).toMatch(/Post 20.*author “Grace” is excluded/);
  const { dryRun } = reply.data as Tried;
  expect(dryRun.kept.map((one) => one.entry)).toEqual([20, 10, 4].map(id));
});

test("the list is bounded, and so is how far back it looks", async () => {
  const { say } = await stage(80);
  const { text, reply } = await say("filter 1 test include Post");
  expect((reply.data as Tried).dryRun).toMatchObject({ of: 50, pass: 50 });
  expect(text).toContain("Of the last 50 entries all would pass.");
  const { text: none } = await say("authors 1 exclude Ada");
  expect(none).toContain("Of the last 50 entries 5 would pass:");
  const { text: half } = await say("filter 1 test exclude 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53");
  expect(half).toContain("5 would pass");
  await say("authors 1 clear");
  const { text: many } = await say("filter 1 test exclude 32, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53");
  expect(many.match(/^\* |^- /gm)).toHaveLength(8);
  expect(many).toContain("and 4 more");
});

test.each([
  ["authors 1 test exclude Grace", "Of the last 20 entries 18 would pass", { authors: { exclude: ["Grace"] } }],
  ["authors 1 test Grace", "Of the last 20 entries 2 would pass", { authors: { include: ["Grace"] } }],
  ["authors test include “Ada Quill”", "Of the last 20 entries 18 would pass", { authors: { include: ["Ada Quill"] } }],
  [
    'filter 1 test exclude nightly, "no such words"',
    "19 would pass",
    { words: { exclude: ["nightly", "no such words"] } },
  ],
  ["filter 1 test", "all would pass", { words: { exclude: [], include: [] } }],
])("“%s” says so, for everyone, and changes nothing", async (line, said, filter) => {
  const { say, settings } = await stage(20);
  const { status, text, reply } = await say(line, { role: "guest" });
  expect({ status, text }).toEqual({ status: "done", text: expect.stringContaining(said) as string });
  expect(text).toContain("Nothing was changed.");
  expect(reply.data).toMatchObject({ filter });
  expect((await settings()).filter).toEqual({
    authors: { include: [], exclude: [] },
    words: { include: [], exclude: [] },
  });
});

test("a test builds on the rules that there are", async () => {
  const { say } = await stage(20);
  await say("authors 1 exclude Grace");
  expect((await say("authors 1 test")).text).toContain("18 would pass");
  expect((await say("authors 1 test include Grace")).text).toContain("2 would pass");
  expect((await say("filter 1 test exclude nightly")).text).toContain("17 would pass");
});

test("without what to try there is advice, and without entries a word", async () => {
  const { say } = await stage(20);
  expect(await say("authors 1 test exclude")).toMatchObject({
    status: "refused",
    text: expect.stringContaining("authors 1 test exclude …") as string,
  });
  const empty = await stage(0);
  expect((await empty.say("filter 1 exclude x")).text).toContain("no entries yet");
  const one = await stage(1);
  expect((await one.say("filter 1 exclude post")).text).toContain("The only entry so far would be kept out");
});

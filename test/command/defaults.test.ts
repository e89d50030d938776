import { afterAll, beforeAll, expect, test } from "vitest";
import { followFeed } from "../../src/follow/follow-feed.ts";
import { toSettings } from "../../src/follow/settings.ts";
import { never } from "../poll/polling.ts";
import { close, open, polling, real, server } from "../poll/stage.ts";
import { runSweep } from "../relay/work.ts";
import { freshChannel, freshFeedId } from "../store/real-redis.ts";
import { numbered, rss } from "../support/rss.ts";
import { speaker } from "./speaker.ts";

beforeAll(open);
afterAll(close);

async function followed(channel: string): Promise<string> {
  const url = server.serve(`/${freshFeedId()}`, { body: rss([numbered(1)]) });
  const deps = { poll: polling.deps, channels: real.channels, shardCount: 1, mostFollows: 9 };
  const result = await followFeed(deps, channel, url, never);
  if (result.kind === "refused") throw new Error(result.reason);
  return result.feedId;
}

async function settings(channel: string, feedId: string) {
  return toSettings((await real.feeds.followers.get(feedId, channel))?.settings ?? "{}");
}

test("a new follow begins with the channel's defaults, those that there are and other channels stay as they are", async () => {
  const [channel, other] = [freshChannel(), freshChannel()];
  const say = speaker(real, channel);
  const before = await followed(channel);
  const { status, text } = await say(
    'defaults compact images:off edits off digest:off exclude sponsored, "release candidate"',
  );
  expect(status).toBe("done");
  for (const part of ["compact", "“sponsored” or “release candidate”", "stays as it is"]) expect(text).toContain(part);
  const wanted = {
    style: "compact",
    images: false,
    edits: false,
    digestFrom: 1,
    filter: { words: { include: [], exclude: ["sponsored", "release candidate"] } },
    title: "",
    mention: null,
  };
  expect(await settings(channel, await followed(channel))).toMatchObject(wanted);
  expect(await settings(channel, before)).toMatchObject({ style: "full", filter: { words: { exclude: [] } } });
  expect(await settings(other, await followed(other))).toMatchObject({ style: "full", images: true });
});

test("a follow of which only the channel's half survived is restored with the channel's defaults", async () => {
  const channel = freshChannel();
  await speaker(real, channel)("defaults title");
  const feedId = await followed(channel);
  const follower = await real.feeds.followers.get(feedId, channel);
  await real.feeds.followers.drop(feedId, channel, follower?.followId ?? "");
  await runSweep(real);
  expect(await settings(channel, feedId)).toMatchObject({ style: "title" });
});

test("each change leaves the rest, people do not undo each other, reset undoes all", async () => {
  const channel = freshChannel();
  const say = speaker(real, channel);
  const words = Array.from({ length: 12 }, (_, i) => `defaults exclude word${String(i)}`);
  await Promise.all([...words, "defaults compact", "defaults images off"].map(async (line) => await say(line)));
  const now = (await say("defaults")).reply.data as { defaults: { filter: { words: { exclude: string[] } } } };
  expect(now.defaults).toMatchObject({ style: "compact", images: false });
  expect(now.defaults.filter.words.exclude).toHaveLength(12);
  await say("defaults clear word0");
  expect((await say("defaults")).text).not.toContain("word0”");
  expect((await say("defaults reset")).text).toContain("in full");
});

test.each([
  ["defaults digest:none", "digest cannot be “none”"],
  ["defaults nonsense", "Say what to do with “nonsense”"],
  ["defaults exclude", "Say which words"],
  [`defaults exclude ${Array.from({ length: 201 }, (_, i) => `w${String(i)}`).join(", ")}`, "More than 200"],
])("“%s” is refused with what to do", async (line, why) => {
  const { status, text } = await speaker(real, freshChannel())(line);
  expect({ status, text }).toEqual({ status: "refused", text: expect.stringContaining(why) as string });
});

test("everyone may look, only those who manage change", async () => {
  const say = speaker(real, freshChannel());
  expect(await say("defaults", { role: "guest" })).toMatchObject({ status: "done" });
  expect(await say("defaults title", { role: "member" })).toMatchObject({ status: "refused" });
  expect((await say("defaults")).text).toContain("in full");
});

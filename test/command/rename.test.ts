import { afterAll, beforeAll, expect, test } from "vitest";
import type { Outgoing } from "../../src/adapter.ts";
import { complete } from "../../src/command/complete.ts";
import type { CommandDeps } from "../../src/command/deps.ts";
import { createCommands } from "../../src/command/table.ts";
import { channelFeeds, pickFeed, titleIn } from "../../src/follow/channel-feeds.ts";
import { toSettings } from "../../src/follow/settings.ts";
import { openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { openScene } from "../relay/scene.ts";
import { Platform } from "../relay/platform.ts";
import { speaker } from "./speaker.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

async function stage() {
  const scene = await openScene(real);
  const say = speaker(real, scene.channel);
  const feeds = async () => await channelFeeds(real.feeds, real.channels, scene.channel);
  const shown = async (): Promise<string> => {
    const platform = Object.assign(new Platform(), {
      render: (outgoing: Outgoing) =>
        (outgoing.kind === "post" ? outgoing.feed : outgoing.kind === "digest" ? outgoing.sections[0]?.feed : null)
          ?.title ?? "",
    });
    await scene.drain({ adapter: platform });
    return platform.landed[0]?.message ?? "";
  };
  return { ...scene, say, feeds, shown };
}

test("a renamed feed is called so in posts, digests, lists and completion, and found by either name", async () => {
  const { say, feeds, shown, publish, channel, feedId } = await stage();
  expect((await say("rename 1 Kernel people & friends")).status).toBe("done");
  await publish([1]);
  expect(await shown()).toBe("Kernel people & friends");
  await publish([2, 3, 4, 5, 6]);
  expect(await shown()).toBe("Kernel people & friends");
  expect((await say("feeds")).text).toContain("Kernel people");
  for (const words of ["kernel people", "a feed"]) expect(pickFeed(await feeds(), words)).toMatchObject({ feedId });
  const deps = { feeds: real.feeds, channels: real.channels, previews: {} } as Partial<CommandDeps> as CommandDeps;
  const asked = { command: "style", option: "feed", typed: "kern", options: {} };
  const found = await complete(deps, createCommands(deps), { channel, role: "manager" }, asked);
  expect(found).toEqual([{ value: "1", label: "1 Kernel people & friends" }]);
  expect(await titleIn(real.feeds, feedId, channel, { title: "A feed", url: "x" })).toBe("Kernel people & friends");
});

test("a name is this channel's alone, and leaves filter and style as they are", async () => {
  const { say, channel, feedId } = await stage();
  const other = await openScene(real);
  await say("style 1 compact");
  await say("filter 1 exclude nightly");
  await say('rename 1 "Kernel people"');
  const settings = toSettings((await real.feeds.followers.get(feedId, channel))?.settings ?? "{}");
  expect(settings).toMatchObject({
    title: "Kernel people",
    style: "compact",
    filter: { words: { exclude: ["nightly"] } },
  });
  expect((await speaker(real, other.channel)("feeds")).text).toContain("A feed");
});

test.each(["rename 1 reset", "rename 1 Reset", "rename 1 A feed"])("“%s” gives it its own name again", async (line) => {
  const { say, feeds } = await stage();
  await say("rename 1 Kernel people");
  expect((await say(line)).text).toContain("A feed");
  await real.feeds.setState((await feeds())[0]?.feedId ?? "", { title: "Its new name" });
  expect((await feeds())[0]?.title).toBe("Its new name");
});

test.each([
  ["rename", "feed is missing"],
  ["rename 1", "title is missing"],
  ['rename 1 ""', "title is missing"],
  ["rename 7 Kernel", "No feed of this channel fits “7”"],
  [`rename 1 ${"x".repeat(101)}`, "may have 100 characters; this one has 101"],
  ["rename 1 \u202e\u0007", "letters that can be seen"],
])("“%s” is refused with what to do", async (line, why) => {
  const { say, feeds } = await stage();
  const { status, text } = await say(line);
  expect(status).toBe("refused");
  expect(text).toContain(why);
  expect((await feeds())[0]?.title).toBe("A feed");
});

test("a name has no line ends and turns no direction", async () => {
  const { say, feeds } = await stage();
  await say("rename 1 Kernel\u202e\u200f \u0007people");
  expect((await feeds())[0]?.title).toBe("Kernel people");
});

test("those who may not manage rename nothing", async () => {
  const { say, feeds } = await stage();
  expect((await say("rename 1 Mine", { role: "member" })).status).toBe("refused");
  expect((await feeds())[0]?.title).toBe("A feed");
});

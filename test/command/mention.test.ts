import { afterAll, beforeAll, expect, test } from "vitest";
import { toSettings } from "../../src/follow/settings.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { speaker } from "./speaker.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

async function stage(platform: string) {
  const channel = freshChannel().replace("test:", `${platform}:`);
  const feedId = freshFeedId();
  await real.feeds.setState(feedId, { url: "https://a.example/feed", title: "A feed" });
  await follow(real, channel, feedId);
  const entries = [1, 2, 3].map((n) => entry(n, { authorRaw: n === 2 ? "Grace Hopper" : "Ada Quill" }));
  await recordDocument(real.feeds, feedId, documentOf(entries), true, LIMITS);
  const mention = async () => toSettings((await real.feeds.followers.get(feedId, channel))?.settings ?? "{}").mention;
  return { say: speaker(real, channel), mention };
}

test.each([
  ["discord", "<@&123456>", "<@&123456>"],
  ["discord", "<@!77>", "<@77>"],
  ["discord", "@here", "@here"],
  ["discord", "@room", "@everyone"],
  ["slack", "<!subteam^S0AB1|@ops>", "<!subteam^S0AB1>"],
  ["slack", "<@U0AB1|ada>", "<@U0AB1>"],
  ["slack", "<!here>", "<!here>"],
  ["slack", "@channel", "<!channel>"],
  ["matrix", "@ada:example.org", "@ada:example.org"],
  ["matrix", "@room", "@room"],
  ["matrix", "@here", "@room"],
  ["console", "@ops", "@ops"],
])("on %s “%s” is %s", async (platform, typed, whom) => {
  const { say, mention } = await stage(platform);
  const { status, text } = await say(`mention 1 ${typed}`);
  expect({ status, text }).toEqual({ status: "done", text: expect.stringContaining(whom) as string });
  expect(text).toContain("Of the last 3 entries 3 would have called.");
  expect(await mention()).toEqual({ whom, authors: [], words: [] });
});

test("where the channel follows one feed, it need not be named", async () => {
  const { say, mention } = await stage("console");
  expect(await say("mention @ops words outage, security")).toMatchObject({ status: "done" });
  expect(await mention()).toEqual({ whom: "@ops", authors: [], words: ["outage", "security"] });
  expect(await say("mention off")).toMatchObject({ status: "done" });
  expect(await mention()).toBeNull();
});

test.each([
  ["discord", "@ops", "type @ and choose one"],
  ["discord", "123456", "type @ and choose one"],
  ["discord", "<@&1>@everyone", "type @ and choose one"],
  ["slack", "@ada", "user group"],
  ["slack", "<!date^1^x|y>", "user group"],
  ["matrix", "Ada", "full id"],
  ["matrix", '@a"b:example.org', "full id"],
  ["console", "ops", "like @ops"],
  ["console", "@ops somebody", "Say what “somebody” is"],
])("on %s “%s” is refused with advice", async (platform, typed, advice) => {
  const { say, mention } = await stage(platform);
  const { status, text } = await say(`mention 1 ${typed}`);
  expect({ status, text }).toEqual({ status: "refused", text: expect.stringContaining(advice) as string });
  expect(await mention()).toBeNull();
});

test.each([
  [
    "mention 1 @ops authors Ada Quill, Grace words release candidate, outage",
    ["Ada Quill", "Grace"],
    ["release candidate", "outage"],
    3,
  ],
  ["mention 1 @ops words kernel", [], ["kernel"], 0],
  ["mention 1 @ops authors:Grace", ["Grace"], [], 1],
  ["mention @ops AUTHORS Grace", ["Grace"], [], 1],
])("“%s” limits it", async (line, authors, words, calls) => {
  const { say, mention } = await stage("console");
  const typed = line.startsWith("mention @") ? line.replace("mention", "mention 1") : line;
  expect((await say(typed)).text).toContain(`${String(calls)} would have called`);
  expect(await mention()).toEqual({ whom: "@ops", authors, words });
});

test("alone it says whom posts call; off ends it", async () => {
  const { say, mention } = await stage("console");
  expect((await say("mention", { role: "guest" })).text).toContain("call nobody");
  await say("mention 1 @ops words outage");
  expect((await say("mention", { role: "guest" })).text).toMatch(/outage.*call.*@ops/);
  expect((await say("mention 1 off")).text).toContain("call nobody");
  expect(await mention()).toBeNull();
});

test("only a manager decides it, also where members may change everything else", async () => {
  const { say, mention } = await stage("console");
  await say("settings members");
  for (const role of ["member", "guest"] as const)
    expect(await say("mention 1 @ops", { role })).toMatchObject({ status: "refused" });
  expect(await mention()).toBeNull();
});

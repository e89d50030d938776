import { afterAll, beforeAll, expect, test } from "vitest";
import { previews } from "../../adapters/index.ts";
import type { CommandContext } from "../../src/command/command.ts";
import type { CommandDeps } from "../../src/command/deps.ts";
import { createCommands, understand } from "../../src/command/table.ts";
import { splitLine } from "../../src/command/parse-line.ts";
import { toSettings } from "../../src/follow/settings.ts";
import { recordDocument } from "../../src/poll/record.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import { documentOf, entry } from "../identity/documents.ts";
import { LIMITS } from "../identity/reader.ts";
import { excludingAuthor, follow } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";

let real: RealRedis;

beforeAll(async () => {
  real = await openRealRedis();
});

afterAll(async () => real.close());

const words = Array.from({ length: 200 }, (_, i) => `word${String(i)}`).join(" ");

/** A channel that follows one feed with one entry. */
async function following(platform = "test") {
  const channel = `${platform}:${freshChannel().split(":")[1] ?? ""}`;
  const feedId = freshFeedId();
  await real.feeds.setState(feedId, { url: `https://${feedId}.example/feed`, title: "Full Circle" });
  await follow(real, channel, feedId);
  const values = { authorRaw: "Ada Quill", html: `<p>${words}</p>`, image: "https://planet.example/rack.jpg" };
  await recordDocument(real.feeds, feedId, documentOf([entry(1, values)]), true, LIMITS);
  async function say(line: string, role: CommandContext["role"] = "manager") {
    const deps: Partial<CommandDeps> = {
      feeds: real.feeds,
      channels: real.channels,
      previews,
      nowMs: async () => await Promise.resolve(0),
      dueAt: async () => await Promise.resolve(null),
    };
    const commands = createCommands(deps as CommandDeps);
    const { command, args } = understand(commands, splitLine(line));
    const reply = await command.run({ channel, role }, args);
    return { status: reply.status, text: toMarkdown({ type: "root", children: [...reply.body] }), reply };
  }
  async function settings() {
    const follower = await real.feeds.followers.get(feedId, channel);
    return toSettings(follower?.settings ?? "{}");
  }
  return { channel, feedId, say, settings };
}

test("alone it says how posts look now, and how to change that", async () => {
  const { say } = await following();
  const { text } = await say("style", "guest");
  for (const part of ["Full Circle", "in full", "`style 1 compact`", "`style 1 images:off`", "`style 1 edits:off`"])
    expect(text).toContain(part);
});

test.each([
  ["style compact", { style: "compact", images: true }],
  ["style 1 TITLE", { style: "title", images: true }],
  ["style Full Circle title", { style: "title", images: true }],
  ["style 1 images off", { style: "full", images: false }],
  ["style 1 full images:off", { style: "full", images: false }],
  ["style 1 compact off", { style: "compact", images: false }],
  ["style 1 edits:off", { style: "full", images: true, edits: false }],
  ["style 1 digest:3", { digestFrom: 3 }],
  ["style 1 title digest:off", { style: "title", digestFrom: 1 }],
  ["style 1 title edits off", { style: "title", images: true, edits: false }],
])("“%s” changes what it names and nothing else", async (line, wanted) => {
  const { feedId, channel, say, settings } = await following();
  const filter = excludingAuthor("Grace");
  await real.feeds.followers.change(feedId, channel, () => JSON.stringify({ filter }));
  expect((await say(line)).status).toBe("done");
  expect(await settings()).toMatchObject({ edits: true, ...wanted, filter });
});

test("who may not manage the channel changes nothing, and an unknown style neither", async () => {
  const { say, settings } = await following();
  expect((await say("style 1 compact", "member")).status).toBe("refused");
  expect((await say("style 1 style:compact images:off", "guest")).status).toBe("refused");
  await expect(say("style 1 style:loud")).rejects.toThrow("style cannot be “loud”");
  const mistyped = await say("style 1 compakt");
  expect(mistyped).toMatchObject({ status: "refused" });
  expect(mistyped.text).toContain(
    "There is a feed 1, but this command has no use for “compakt”. Look it up with `help style`.",
  );
  expect((await say("style 7 compakt")).text).toContain("No feed of this channel fits “7 compakt”.");
  expect(await settings()).toMatchObject({ style: "full", images: true });
});

test("digests go back to what is set for all, and a number that makes no sense is refused", async () => {
  const { say, settings } = await following();
  expect((await say("style 1 digest:off")).text).toContain("each by itself");
  expect((await say("style 1")).text).toContain("`style 1 digest:default`");
  expect((await say("style 1 digest:5")).text).toContain("5 or more at once in one message");
  for (const wrong of ["1", "many", "2.5", "-3"])
    await expect(say(`style 1 digest:${wrong}`)).rejects.toThrow(`digest cannot be “${wrong}”`);
  expect(await settings()).toMatchObject({ digestFrom: 5 });
  await say("style 1 digest:default");
  expect(await settings()).toMatchObject({ digestFrom: 0 });
});

test("a number alone is the feed's", async () => {
  const { say, settings } = await following();
  expect((await say("style 1")).status).toBe("done");
  expect((await say("style 3")).text).toContain("No feed of this channel fits “3”");
  expect(await settings()).toMatchObject({ digestFrom: 0 });
});

test("people who change style, pictures and filter at once do not undo each other", async () => {
  const { say, settings } = await following();
  const lines = Array.from({ length: 20 }, (_, i) => `filter 1 exclude word${String(i)}`);
  await Promise.all([...lines, "style 1 compact", "style 1 images off"].map(async (line) => await say(line)));
  const after = await settings();
  expect(after).toMatchObject({ style: "compact", images: false });
  expect(after.filter.words.exclude).toHaveLength(20);
});

test("edits are switched off and on again, and the answer says how it is", async () => {
  const { say, settings } = await following();
  const off = await say("style 1 edits:off");
  expect(off.text).toContain("come here in full, never edited.");
  expect(off.text).not.toContain("edits:off");
  expect((await say("style")).text).toContain("`style 1 edits:on`");
  expect((await say("feeds")).text).toContain("never edited");
  expect((await say("style 1 edits:on")).text).toContain("come here in full.");
  expect((await settings()).edits).toBe(true);
});

test("feeds names a style that is not the usual one", async () => {
  const { say } = await following();
  expect((await say("feeds")).text).not.toContain("in full");
  await say("style 1 title");
  expect((await say("feeds")).text).toContain("by title alone");
});

test("preview shows the newest entry in the feed's style, cut as on the channel's platform", async () => {
  const { say, feedId, channel } = await following("discord");
  const full = (await say("preview")).text;
  for (const part of ["Post 1", "Ada Quill", "Full Circle", "word60", "rack.jpg"]) expect(full).toContain(part);
  expect(full).not.toContain("word80");
  await say("style 1 compact");
  const compact = (await say("preview 1")).text;
  expect(compact).toContain("word10");
  for (const part of ["word60", "rack.jpg"]) expect(compact).not.toContain(part);
  await say("style 1 title");
  expect((await say("preview 1")).text).not.toContain("word1");
  await real.feeds.followers.change(feedId, channel, () => JSON.stringify({ filter: excludingAuthor("Ada Quill") }));
  expect((await say("preview 1")).text).toContain("would not be posted here");
});

test.each([
  ["discord", ["**Ada Quill**", "### [Post 1](https://planet.example/posts/1)", "rack.jpg"]],
  ["slack", ['"type":"rich_text"', '"image_url":"https://planet.example/rack.jpg"', "Ada Quill: Post 1"]],
  ["matrix", ['<strong><a href="https://planet.example/posts/1">Post 1</a></strong>', "• Post 1"]],
  ["console", ["Post 1", "Ada Quill · Full Circle"]],
])("preview shows the exact message for %s, in the style, as code", async (platform, parts) => {
  const { say } = await following();
  const { reply } = await say(`preview Full Circle ${platform}`);
  const [, ...blocks] = reply.body;
  expect(blocks.every(({ type }) => type === "code")).toBe(true);
  const { message } = reply.data as { message: string };
  expect(blocks.map((block) => ("value" in block ? block.value : "")).join("\n")).toBe(message);
  for (const part of [...parts, "word60"]) expect(message).toContain(part);
  await say("style 1 title");
  const { message: title } = (await say(`preview 1 ${platform}`)).reply.data as { message: string };
  expect(title).toContain("Post 1");
  expect(title).not.toContain("word1");
});

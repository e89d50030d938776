import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandContext } from "../../src/command/command.ts";
import { freshChannel } from "../store/real-redis.ts";
import { type Importing, openImporting, textOf } from "../import/importing.ts";
import { numbered, rss } from "../support/rss.ts";

let importing: Importing;

beforeAll(async () => {
  importing = await openImporting();
});

afterAll(async () => importing.close());

type Role = CommandContext["role"];

/** Somebody with one role here and one there asks here to follow a feed there. */
async function asked(here: Role, there: Role, before = "") {
  const server = await importing.server();
  const { url } = server.feed("feed.xml", rss([numbered(1)]));
  const [channel, other] = [freshChannel(), freshChannel()];
  if (before !== "") await importing.run(other, before);
  const otherChannel = async (typed: string) =>
    await Promise.resolve({ channel: other, role: there, name: `#${typed}` } as const);
  const { status, ...reply } = await importing.run(channel, `follow ${url} channel:news`, { role: here, otherChannel });
  const { channels } = importing.core.store;
  const counts = [(await channels.follows(channel)).size, (await channels.follows(other)).size];
  return { status, text: textOf({ status, ...reply }), counts };
}

test.each([
  ["manager", "manager"],
  ["member", "manager"],
  ["guest", "manager"],
] as const)("a %s here who is a %s there follows there, and nothing here", async (here, there) => {
  const { status, text, counts } = await asked(here, there);
  expect([status, counts]).toEqual(["done", [0, 1]]);
  expect(text).toContain("what comes next is posted in #news.");
});

test.each([
  ["manager", "member"],
  ["manager", "guest"],
] as const)("a %s here who is a %s there is refused", async (here, there) => {
  const { status, text, counts } = await asked(here, there);
  expect([status, counts]).toEqual(["refused", [0, 0]]);
  expect(text).toContain("You may not change what is posted in #news");
});

test("where the other channel is open to members, its members may, and its guests may not", async () => {
  expect((await asked("guest", "member", "settings members")).counts).toEqual([0, 1]);
  expect((await asked("manager", "guest", "settings members")).counts).toEqual([0, 0]);
});

test("what cannot be a channel is refused in the platform's words, and where none can be named, that is said", async () => {
  const channel = freshChannel();
  const otherChannel = async () => await Promise.resolve({ refusal: "There is no #x." });
  const line = "follow https://example.org/ channel:x";
  expect(textOf(await importing.run(channel, line, { otherChannel }))).toBe("There is no #x.");
  expect(textOf(await importing.run(channel, line))).toContain("No other channel can be named");
});

test("what else a member may not do here stays refused, whatever is named", async () => {
  const channel = freshChannel();
  const answer = await importing.run(channel, "follow https://example.org/", { role: "member" });
  expect(textOf(answer)).toContain("Only those who manage this channel");
});

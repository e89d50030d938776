import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openScene, privateAnswer, type Scene, someEntries } from "./scene.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
  await scene.startBot();
});

afterAll(async () => scene.close());

async function ask(name: string, other: string): Promise<string> {
  const feed = await scene.world.feed(someEntries(1));
  const line = `/wire follow ${feed.url} channel:${other}`;
  return privateAnswer(await scene.server.people.type(name, scene.channel("here"), line)).seen.text;
}

test("who made the other channel follows there by its id or mention, and others are refused", async () => {
  const { workspace } = scene.server.slack;
  const { id } = workspace.addChannel("there", { creator: "carl" });
  expect(await ask("carl", id)).toContain("what comes next is posted in #there.");
  expect(await ask("carl", `<#${id}|there>`)).toContain("posted in #there.");
  expect(await ask("greta", id)).toContain("You may not change what is posted in #there");
});

test("where the bot is not, in private channels, and for what is no channel, the refusal says what to do", async () => {
  const { workspace } = scene.server.slack;
  const without = workspace.addChannel("without", { creator: "carl", botIsMember: false }).id;
  const hidden = workspace.addChannel("hidden", { creator: "carl", isPrivate: true }).id;
  expect(await ask("carl", without)).toContain("invite me with /invite @Planetwire in it");
  expect(await ask("carl", hidden)).toContain("In a private channel give the command in the channel itself");
  expect(await ask("carl", "C0NOWHERE")).toContain("no public channel with this ID");
  expect(await ask("carl", "#there")).toContain("Name the channel by its ID");
});

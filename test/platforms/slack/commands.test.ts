import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { previews } from "../../../adapters/index.ts";
import type { Command, CommandOption } from "../../../src/command/command.ts";
import type { CommandDeps } from "../../../src/command/deps.ts";
import { createCommands } from "../../../src/command/table.ts";
import { needsForm } from "../../../adapters/slack/form.ts";
import type { Bot } from "../../support/processes.ts";
import { type Fields, fieldsOf, isFields, listOf, textOf } from "./json.ts";
import { elementOf } from "./payloads.ts";
import type { Answer } from "./people.ts";
import { followed, openModal, openScene, privateAnswer, type Scene, someEntries } from "./scene.ts";
import type { OpenView } from "./slack.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** The table as it is: a command that comes later is tried here without anybody thinking of it. */
const table = createCommands({ previews } as CommandDeps);
const managed = table.filter((command) => command.permission === "manage");

const EXAMPLE_ENTRY = "https://example.org/posts/42";

let scene: Scene;
let bot: Bot;

beforeAll(async () => {
  scene = await openScene();
  bot = await scene.startBot();
});

afterAll(async () => scene.close());

async function type(name: string, channel: string, line: string): Promise<Answer> {
  return await scene.server.people.type(name, channel, `/wire ${line}`.trim());
}

async function text(name: string, channel: string, line: string): Promise<string> {
  return privateAnswer(await type(name, channel, line)).seen.text;
}

/** What a person would put into an option that a form asks for. */
function filling(option: CommandOption, feedUrl: string): string {
  switch (option.type) {
    case "feed":
      return "1";
    case "authors":
      return "Ada Quill\nGrace Hopper";
    case "words":
      return option.name === "from" ? feedUrl : "kernel";
    case "query":
      return "kernel";
    case "author":
      return "Ada Quill";
    case "file":
      return "";
    case "rest":
      return { url: feedUrl, whom: "@here", entry: "Kernel news 2" }[option.name] ?? "kernel";
    case "integer":
      return "2";
    case "choice":
      // What is asked only where something special is meant stays empty.
      if (option.choices?.join("") === "yes") return "";
      return option.choices?.find((choice) => choice === "include") ?? option.choices?.[0] ?? "";
    case "text":
      return { command: "feeds", url: feedUrl, channel: "", zone: "Europe/Berlin" }[option.name] ?? "kernel";
  }
}

function fields(view: OpenView): Fields[] {
  return listOf(view.view, "blocks").filter((block): block is Fields => isFields(block) && block["type"] === "input");
}

async function fillIn(command: Command, view: OpenView, feedUrl: string, name = "carl"): Promise<Answer> {
  const filled = command.options.map((option) => [`option_${option.name}`, filling(option, feedUrl)]);
  return await scene.server.people.submit(name, view, Object.fromEntries(filled) as Record<string, string>);
}

describe.each(table.map((command) => [command.name, command] as const))("/wire %s", (_name, command) => {
  test("its example is done, privately, when somebody who may manage types it", async () => {
    const { channel, feed } = await followed(scene, someEntries(3));
    const entry = `http://${feed.site}/posts/2`;
    const line = command.example.replace(/https?:\/\/\S+/, (url) => (url === EXAMPLE_ENTRY ? entry : feed.url));
    const { seen } = privateAnswer(await type("carl", channel, line));
    expect(seen.text).not.toMatch(/^✘|reason of mine/);
    expect(seen.pings).toEqual([]);
    if (command.name !== "post") expect(scene.server.people.seen(channel)).toEqual([]);
  });

  test("typed alone it answers, or asks for what it needs, and does it when that is filled in", async () => {
    const { channel, feed } = await followed(scene, someEntries(3));
    const answer = await type("carl", channel, command.name);
    if (!needsForm(command)) {
      expect(privateAnswer(answer).seen.text).not.toMatch(/^✘/);
      return;
    }
    const view = openModal(answer);
    expect(fields(view).map((block) => textOf(elementOf(block), "action_id"))).toEqual(
      command.options.map((option) => `option_${option.name}`),
    );
    expect(fields(view).map((block) => block["optional"] !== true)).toEqual(
      command.options.map((option) => option.required),
    );
    const { seen } = privateAnswer(await fillIn(command, view, feed.url));
    expect(seen.text).not.toMatch(/^✘|reason of mine/);
  });

  test("from the form that /wire opens it can be chosen and done", async () => {
    const { channel, feed } = await followed(scene, someEntries(3));
    const choice = openModal(await type("carl", channel, ""));
    const next = await scene.server.people.submit("carl", choice, { option_command_name: command.name });
    const answer = command.options.length === 0 ? next : await fillIn(command, openModal(next), feed.url);
    expect(privateAnswer(answer).seen.text).not.toMatch(/^✘|reason of mine/);
  });

  test("words that make no sense get help, privately", async () => {
    const channel = scene.channel();
    const said = await text("carl", channel, `${command.name} 1 99 % ${"nonsense ".repeat(5)}`);
    expect(said).toMatch(/^✘/);
    expect(said).not.toMatch(/reason of mine/);
  });
});

test.each(managed.map((command) => [command.name, command] as const))(
  "/wire %s is refused to those who may not manage, with the reason, and changes nothing",
  async (_name, command) => {
    const { channel, feed } = await followed(scene, someEntries(2));
    const before = await text("carl", channel, "feeds");
    for (const name of ["mia", "greta", "gus", "stan"]) {
      const line = command.example.replace(/https?:\/\/\S+/, `${feed.url}?other`);
      expect(await text(name, channel, line)).toMatch(/^✘ (Only those who manage|Guests may look)/);
    }
    const shape = (said: string): string => said.replaceAll(/\d+ s|just now|now/g, "…").split("—")[0] ?? "";
    expect(shape(await text("carl", channel, "feeds"))).toBe(shape(before));
  },
);

test("admins, owners and who made the channel may manage; members look; everybody may look", async () => {
  const { channel } = await followed(scene, someEntries(2));
  for (const name of ["amir", "olga", "carl"]) expect(await text(name, channel, "pause")).toContain("Paused");
  for (const name of ["mia", "greta", "stan"]) expect(await text(name, channel, "latest")).toContain("Kernel news 2");
  expect(await text("mia", channel, "authors 1 exclude Ada Quill")).toMatch(/^✘/);
});

test("a channel can be opened to all full members, and guests stay guests", async () => {
  const { channel } = await followed(scene, someEntries(1));
  expect(await text("mia", channel, "pause")).toMatch(/^✘/);
  expect(await text("carl", channel, "settings members")).not.toMatch(/^✘/);
  expect(await text("mia", channel, "pause")).toContain("Paused");
  for (const name of ["greta", "gus", "stan"]) expect(await text(name, channel, "resume")).toMatch(/^✘ Guests/);
});

test("a command that there is not is told, with those there are", async () => {
  expect(await text("mia", scene.channel(), "dance now")).toMatch(/^✘ There is no command “dance”\. There are: follow/);
});

test("an address that is no feed, and one that is not there, get their reasons", async () => {
  const channel = scene.channel();
  expect(await text("carl", channel, "follow not-an-address")).toMatch(/^✘/);
  expect(await text("carl", channel, "follow http://127.0.0.1:9/feed.xml")).toMatch(/^✘/);
});

test("an address that the client turned into a link is the address", async () => {
  const feed = await scene.world.feed(someEntries(1));
  expect(await text("carl", scene.channel(), `follow <${feed.url}|${feed.url.slice(7)}>`)).toContain("Following");
});

test("where the bot is not a member, who follows is told to invite it", async () => {
  const feed = await scene.world.feed(someEntries(1));
  const outside = scene.server.slack.workspace.addChannel("outside", { botIsMember: false });
  expect(await text("carl", outside.id, `follow ${feed.url}`)).toContain("/invite @Planetwire");
});

test("forms complete feeds of the channel and authors seen in the chosen feed", async () => {
  const { channel } = await followed(scene, someEntries(6));
  const view = openModal(await type("carl", channel, "authors"));
  const { people } = scene.server;
  const labels = (options: readonly Fields[]): string[] => options.map((one) => textOf(fieldsOf(one, "text"), "text"));
  expect(labels(await people.suggest("carl", view, "option_feed", ""))).toEqual(["1 Test planet"]);
  expect(labels(await people.suggest("carl", view, "option_feed", "nothing"))).toEqual([]);
  const chosen = { option_feed: { option_feed: { type: "external_select", selected_option: { value: "1" } } } };
  expect(labels(await people.suggest("carl", view, "option_names", "mck", chosen))).toEqual([
    expect.stringMatching(/^Paul E\. Mc Kenney \(2 posts, last \d+ \w+ ago\)$/),
  ]);
  const all = await people.suggest("carl", view, "option_names", "", chosen);
  expect(all.map((one) => one["value"])).toEqual(["Ada Quill", "Grace Hopper", "Paul E. Mc Kenney"]);
});

test("a long answer comes in pages, whose buttons work after the bot was killed; sharing shows the page to everybody", async () => {
  const long = { content: `<p>${"A sentence that goes on for a while. ".repeat(20)}</p>` };
  const { channel } = await followed(
    scene,
    someEntries(30, long).map((item, i) => ({
      ...item,
      title: `${item.title ?? ""} ${"and more ".repeat(12)}${String(i)}`,
    })),
  );
  const { people, slack } = scene.server;
  const first = privateAnswer(await type("mia", channel, "latest 1 25"));
  expect(first.seen.text).toContain("Page 1 of ");
  expect(first.seen.buttons.map((button) => button.label)).toEqual(["Next ›", "Share to channel"]);
  bot.signal("SIGKILL");
  await bot.ended;
  bot = await scene.startBot();
  const second = privateAnswer(await people.press("mia", channel, first.id, "Next ›"));
  expect(second.seen.text).toContain("Page 2 of ");
  expect(second.id).toBe(first.id);
  const back = privateAnswer(await people.press("mia", channel, first.id, "‹ Previous"));
  expect(back.seen.text).toBe(first.seen.text);
  const shared = await people.press("mia", channel, first.id, "Share to channel");
  expect(shared).toMatchObject({ kind: "public" });
  expect(people.seen(channel)).toHaveLength(1);
  expect(people.seen(channel)[0]?.text).toContain("Shared by mia");
  expect(people.seen(channel)[0]?.pings).toEqual([]);
  await expect.poll(() => slack.answers.seen(first.id).buttons.map((button) => button.label)).toEqual(["Next ›"]);
});

test("every envelope was acknowledged within its 3 seconds", () => {
  const { acknowledgedMs, refusedAcknowledgements } = scene.server.socketMode;
  expect(acknowledgedMs.length).toBeGreaterThan(50);
  expect(Math.max(...acknowledgedMs)).toBeLessThan(3000);
  expect(refusedAcknowledgements).toEqual([]);
});

test("SIGTERM closes the socket and ends the process soon, with status 0", async () => {
  const startedMs = performance.now();
  expect(await bot.stop()).toEqual({ status: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(8000);
  await scene.server.socketMode.connected(0, 1000);
});

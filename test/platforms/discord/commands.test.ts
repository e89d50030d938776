import { afterAll, beforeAll, expect, test } from "vitest";
import { previews } from "../../../adapters/index.ts";
import type { Command } from "../../../src/command/command.ts";
import { createCommands } from "../../../src/command/table.ts";
import type { CommandDeps } from "../../../src/command/deps.ts";
import type { ServedFeed } from "../../support/served-feed.ts";
import { numbered, rss } from "../../support/rss.ts";
import { close, feeds, open, server } from "./live.ts";
import { permission } from "./permissions.ts";
import type { Answered, Person } from "./person.ts";
import type { Channel } from "./world.ts";

/** Every row of the command table that there is, through the wire: Redis, the core, discord.js, and a person at the other end. */
const commands = createCommands({ previews } as CommandDeps);

let manager: Person;
let member: Person;

beforeAll(async () => {
  await open();
  manager = server.manager();
  member = server.person("member", permission.viewChannel | permission.sendMessages);
});

afterAll(close);

/** A channel that follows one feed with two authors. */
async function following(): Promise<{ channel: Channel; feed: ServedFeed }> {
  const channel = server.addChannel();
  const items = [numbered(1, { author: "Ada Quill" }), numbered(2, { author: "Ben Ink" })];
  const feed = feeds.feed(`feed-${channel.id}.xml`, rss(items));
  const { message } = await manager.command(channel, "wire", "follow", { url: feed.url });
  expect(message?.text).toContain("Following");
  return { channel, feed };
}

/** What fits each option of the table; a row with an option that is not here fails until somebody says what fits. */
function fitting(command: Command, feedUrl: string): Record<string, string> {
  const values: Record<string, string | undefined> = {
    url: feedUrl,
    feed: "1",
    n: "2",
    count: "2",
    names: "Ada Quill",
    title: "Release notes",
    words: "release",
    command: "feeds",
    query: "post",
    entry: "Post 1",
    action: "list",
  };
  return Object.fromEntries(
    command.options
      .filter((option) => option.required || option.type === "feed" || option.type === "choice")
      .map((option) => {
        const value = values[option.name];
        const fits = value !== undefined && (option.choices?.includes(value) ?? true);
        return [option.name, fits ? value : (option.choices?.[0] ?? missing(command, option.name))];
      }),
  );
}

function missing(command: Command, option: string): never {
  throw new Error(`say in this test what fits ${command.name}'s option ${option}`);
}

function checkPrivate({ interaction, message }: Answered, channel: Channel): void {
  expect(interaction.refusals).toEqual([]);
  expect(message?.isPrivate).toBe(true);
  expect(message?.text.trim()).not.toBe("");
  expect(server.seen(channel.id)).toEqual([]);
}

test("the whole table is registered: each row a subcommand with its words and options", async () => {
  const [root, ...more] = server.state.world.commands;
  expect([root?.["name"], root?.["contexts"], root?.["integration_types"], more]).toEqual(["wire", [0], [0], []]);
  const rows = root?.["options"] as {
    name: string;
    description: string;
    options: { name: string; required: boolean }[];
  }[];
  expect(rows.map(({ name, description }) => [name, description])).toEqual(
    commands.map(({ name, description }) => [name, description]),
  );
  for (const [i, row] of rows.entries())
    expect(row.options.map(({ name }) => name).sort()).toEqual(commands[i]?.options.map(({ name }) => name).sort());
  await Promise.resolve();
});

test.each(commands.map((command) => [command.name, command] as const))(
  "/wire %s is answered, to the asker alone",
  async (name, command) => {
    const { channel, feed } = await following();
    const answered = await manager.command(channel, "wire", name, fitting(command, feed.url));
    checkPrivate(answered, channel);
    expect(answered.message?.text).not.toContain("did not work");
  },
);

test.each(
  commands.filter(({ permission }) => permission === "manage").map((command) => [command.name, command] as const),
)("/wire %s by somebody without the right is refused with the reason, and changes nothing", async (name, command) => {
  const { channel, feed } = await following();
  const answered = await member.command(channel, "wire", name, fitting(command, feed.url));
  checkPrivate(answered, channel);
  expect(answered.message?.text).toContain("Only those who manage this channel");
  const { message } = await member.command(channel, "wire", "feeds");
  expect(message?.text).toMatch(/read .* ago|next read/);
});

test.each(
  commands.flatMap((command) =>
    command.options
      .filter((option) => option.type === "feed" || option.name === "url" || option.name === "command")
      .map((option) => [command.name, option.name, command] as const),
  ),
)("/wire %s with a wrong %s gets a helpful private answer", async (name, option, command) => {
  const { channel, feed } = await following();
  const options = { ...fitting(command, feed.url), [option]: "there is no such thing" };
  const answered = await manager.command(channel, "wire", name, options);
  checkPrivate(answered, channel);
  expect(answered.message?.text).not.toContain("log has the details");
});

test.each(
  commands.flatMap((command) =>
    command.options
      .filter((option) => option.type === "feed" || option.type === "authors" || option.name === "command")
      .map((option) => [command.name, option.name, option.type] as const),
  ),
)("/wire %s completes %s", async (name, option, type) => {
  const { channel } = await following();
  const options = type === "authors" ? { feed: "1" } : {};
  const all = await manager.complete(channel, "wire", name, option, { ...options, [option]: "" });
  expect(all?.length).toBeGreaterThan(0);
  const first = all?.[0];
  const typed = type === "authors" ? "quill" : (first?.name ?? "").slice(0, 3);
  const some = await manager.complete(channel, "wire", name, option, { ...options, [option]: typed });
  expect(some?.length).toBeGreaterThan(0);
  if (type === "authors") expect(some?.map(({ value }) => value)).toEqual(["Ada Quill"]);
  expect(await manager.complete(channel, "wire", name, option, { ...options, [option]: "zzzz" })).toEqual([]);
});

test("help says what is typed here, and the eleventh address in ten minutes is refused to who asks", async () => {
  const { channel, feed } = await following();
  const person = server.manager();
  const help = await person.command(channel, "wire", "help", { command: "follow" });
  expect(help.message?.text).toContain("/wire follow");
  const ask = async () => (await person.command(channel, "wire", "follow", { url: feed.url })).message?.text;
  for (let n = 0; n < 10; n += 1) expect(await ask()).toContain("already");
  expect(await ask()).toContain("You have had 10 addresses read");
  const other = await server.manager().command(channel, "wire", "follow", { url: feed.url });
  expect(other.message?.text).toContain("already");
});

test("what was followed is posted, and filters set by command hold", async () => {
  const { channel, feed } = await following();
  await manager.command(channel, "wire", "authors", { feed: "1", action: "exclude", names: "Ben Ink" });
  feed.publish(
    rss([
      numbered(5, { author: "Ada Quill", title: "Last" }),
      numbered(4, { author: "Ben Ink", title: "Unwanted" }),
      numbered(3, { author: "Ada Quill", title: "Wanted" }),
      numbered(2, { author: "Ben Ink" }),
      numbered(1, { author: "Ada Quill" }),
    ]),
  );
  await server.until(() => (server.seen(channel.id).length >= 2 ? true : null), 15_000);
  expect(server.seen(channel.id).map(({ text }) => /Last|Unwanted|Wanted/.exec(text)?.[0])).toEqual(["Wanted", "Last"]);
}, 20_000);

test("nothing went over the wire that Discord's description does not allow", () => {
  expect(server.violations).toEqual([]);
});

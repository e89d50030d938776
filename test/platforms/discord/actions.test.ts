import { expect, test } from "vitest";
import type { Command } from "../../../src/command/command.ts";
import { done } from "../../../src/command/reply.ts";
import { type Asked, runOf } from "../../contract/paging.ts";
import { type Kept, nothingKept } from "../../contract/test-host.ts";
import { onDiscord, startConnected } from "./bot.ts";
import { permission } from "./permissions.ts";
import type { Person } from "./person.ts";
import type { DiscordServer } from "./server.ts";
import type { Channel } from "./world.ts";

const query = `"exact" ${"word ".repeat(40)}@everyone`;
const look: Command = {
  name: "look",
  description: "A command of the test",
  example: "look",
  options: [{ name: "query", description: "Words", type: "text", required: true }],
  permission: "look",
  run: async () => await Promise.resolve(done([])),
};

interface Scene {
  readonly server: DiscordServer;
  readonly channel: Channel;
  readonly person: Person;
  readonly kept: Kept;
  readonly asked: Asked[];
  readonly restart: () => Promise<void>;
}

async function on(run: (scene: Scene) => Promise<void>): Promise<void> {
  await onDiscord(async (server, stopLater) => {
    const kept = nothingKept();
    const asked: Scene["asked"] = [];
    const changes = { run: runOf(query, asked) };
    const restart = await startConnected(server, stopLater, kept, [look], changes);
    await run({ server, channel: server.addChannel(), person: server.manager(), kept, asked, restart });
  });
}

test("the next page and the one before take the place of the answer, also after a restart", async () => {
  await on(async ({ server, channel, person, asked, restart }) => {
    const first = (await person.command(channel, "wire", "look", { query })).message;
    expect(first?.buttons.map(({ label }) => label)).toEqual(["Next", "Share", "Resume"]);
    const second = (await person.press(channel, first?.id ?? "", "Next")).message;
    expect([second?.id, second?.text]).toEqual([first?.id, "hits of page 2"]);
    expect(second?.buttons.map(({ label }) => label)).toEqual(["Previous", "Next", "Share", "Resume"]);
    await restart();
    const third = (await person.press(channel, first?.id ?? "", "Next")).message;
    expect([third?.text, third?.buttons.map(({ label }) => label)]).toEqual([
      "hits of page 3",
      ["Previous", "Share", "Resume"],
    ]);
    expect((await person.press(channel, first?.id ?? "", "Previous")).message?.text).toBe("hits of page 2");
    expect(asked.map(({ options }) => options["page"])).toEqual([undefined, "2", "3", "2"]);
    expect(new Set(asked.map(({ options }) => options["query"]))).toEqual(new Set([query]));
    expect(server.seen(channel.id)).toEqual([]);
    expect(server.seenOnlyBy(person, channel.id)).toHaveLength(1);
  });
});

test("a button that was pressed twice turns one page, and shares once", async () => {
  await on(async ({ server, channel, person }) => {
    const { message } = await person.command(channel, "wire", "look", { query });
    const [one, other] = await Promise.all([
      person.press(channel, message?.id ?? "", "Next"),
      person.press(channel, message?.id ?? "", "Next"),
    ]);
    expect([one.message?.text, other.message?.text]).toEqual(["hits of page 2", "hits of page 2"]);
    const shares = [
      person.press(channel, message?.id ?? "", "Share"),
      person.press(channel, message?.id ?? "", "Share"),
    ];
    await Promise.all(shares);
    await server.until(() => (server.seenOnlyBy(person, channel.id).length === 2 ? true : null), 5000);
    expect(server.seen(channel.id).map(({ text, mentions }) => [text.split("\n")[0], mentions])).toEqual([
      ["hits of page 2", [`<@${person.user.id}>`]],
    ]);
    expect(server.seenOnlyBy(person, channel.id).at(-1)?.text).toContain("shared before");
  });
});

test("an action answers beside, privately, with the rights that who presses has at that time", async () => {
  await on(async ({ server, channel, asked }) => {
    const guest = server.person("guest", permission.viewChannel);
    const { message } = await guest.command(channel, "wire", "look", { query });
    const { message: answer } = await guest.press(channel, message?.id ?? "", "Resume");
    expect([answer?.isPrivate, answer?.text]).toEqual([true, "Only those who manage."]);
    expect(answer?.id).not.toBe(message?.id);
    expect(asked.at(-1)).toMatchObject({ command: "resume", context: { channel: `discord:${channel.id}` } });
    expect(asked.at(-1)?.context.role).not.toBe("manager");
    expect((await guest.press(channel, message?.id ?? "", "Next")).message?.text).toBe("hits of page 2");
  });
});

test.each(["Next", "Resume", "Share"])("%s of an answer that is forgotten says so, privately", async (label) => {
  await on(async ({ server, channel, person, kept, asked }) => {
    const { message } = await person.command(channel, "wire", "look", { query });
    kept.values.clear();
    const { message: answer } = await person.press(channel, message?.id ?? "", label);
    expect([answer?.isPrivate, answer?.text.includes("older than a day")]).toEqual([true, true]);
    expect([asked.length, server.seen(channel.id)]).toEqual([1, []]);
  });
});

test("nobody else presses the buttons of an answer", async () => {
  await on(async ({ server, channel, person, asked }) => {
    const { message } = await person.command(channel, "wire", "look", { query });
    const stored = channel.messages.find(({ id }) => id === message?.id);
    if (stored !== undefined) Object.assign(stored, { ephemeralFor: null });
    const other = server.person("other", permission.viewChannel);
    for (const label of ["Next", "Resume"]) {
      const { message: answer } = await other.press(channel, message?.id ?? "", label);
      expect([answer?.isPrivate, answer?.text.includes("Only who asked")]).toEqual([true, true]);
    }
    expect(asked).toHaveLength(1);
  });
});

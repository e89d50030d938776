import { expect, test } from "vitest";
import type { Host } from "../../../src/adapter.ts";
import type { Command } from "../../../src/command/command.ts";
import { bulletList, done, refused } from "../../../src/command/reply.ts";
import { type Kept, nothingKept } from "../../contract/test-host.ts";
import { onDiscord, startBot, startConnected } from "./bot.ts";
import { permission } from "./permissions.ts";
import type { Person } from "./person.ts";
import type { SeenMessage } from "./seen.ts";
import type { DiscordServer } from "./server.ts";
import type { Channel } from "./world.ts";

const rows = Array.from({ length: 120 }, (_, i) => [`row ${String(i)} of a long answer with *stars* and @everyone`]);

function commandNamed(name: string): Command {
  const run = async (): Promise<ReturnType<typeof done>> => await Promise.resolve(done([]));
  return { name, description: "A command of the test", example: name, options: [], permission: "look", run };
}

const commands = ["long", "short", "no"].map(commandNamed);
const replies: Partial<Host> = {
  run: async (_context, name) => {
    if (name === "no") return await Promise.resolve(refused("Only those who manage this channel may do that."));
    return await Promise.resolve(done([bulletList(name === "long" ? rows : rows.slice(0, 2))]));
  },
};

interface Scene {
  readonly server: DiscordServer;
  readonly channel: Channel;
  readonly person: Person;
  readonly restart: () => Promise<void>;
}

async function on(run: (scene: Scene) => Promise<void>): Promise<void> {
  await onDiscord(async (server, stopLater) => {
    const kept: Kept = nothingKept();
    const restart = await startConnected(server, stopLater, kept, commands, replies);
    await run({ server, channel: server.addChannel(), person: server.manager(), restart });
  });
}

test("a long answer comes in pages that can be turned, also after a restart, until the last", async () => {
  await on(async ({ channel, person, restart }) => {
    const first = (await person.command(channel, "wire", "long")).message;
    expect(first?.text).toContain("row 0 ");
    expect(first?.buttons.map(({ label, isDisabled }) => [label, isDisabled])).toEqual([
      ["Back", true],
      ["Next", false],
      ["Share", false],
    ]);
    const pages = Number(/page 1 of (\d+)/.exec(first?.text ?? "")?.[1]);
    expect(pages).toBeGreaterThan(2);
    const seen = [first?.text ?? ""];
    for (let page = 1; page < pages; page += 1) {
      if (page === 2) await restart();
      seen.push((await person.press(channel, first?.id ?? "", "Next")).message?.text ?? "");
    }
    const all = [...seen.join("\n").matchAll(/row (\d+) of/g)].map(([, n]) => Number(n));
    expect(all).toEqual(rows.map((_, i) => i));
    const back = (await person.press(channel, first?.id ?? "", "Back")).message;
    expect(back?.text).toContain(`page ${String(pages - 1)} of ${String(pages)}`);
  });
});

test("sharing shows the page to everybody, once, and pings nobody", async () => {
  await on(async ({ server, channel, person, restart }) => {
    const { message } = await person.command(channel, "wire", "long");
    expect(server.seen(channel.id)).toEqual([]);
    await restart();
    await person.press(channel, message?.id ?? "", "Share");
    await server.until(
      () => (server.seenOnlyBy(person, channel.id)[0]?.buttons.at(-1)?.label === "Shared" ? true : null),
      5000,
    );
    const [shared, ...more] = server.seen(channel.id);
    expect([shared?.text.includes("row 0 "), more]).toEqual([true, []]);
    expect(shared?.mentions).toEqual([`<@${person.user.id}>`]);
    const stored = channel.messages.find(({ id }) => id === shared?.id);
    expect(stored?.body["allowed_mentions"]).toEqual({ parse: [] });
    await expect(person.press(channel, message?.id ?? "", "Shared")).rejects.toThrow("no button");
  });
});

test.each(["500", "500 after accepting"] as const)(
  "an answer that meets %s is shown all the same, and once",
  async (fault) => {
    await on(async ({ server, channel, person }) => {
      server.state.trouble.nextAnswer(fault);
      const { message, interaction } = await person.command(channel, "wire", "short");
      expect(message?.text).toContain("row 0 ");
      expect(interaction.followUps).toEqual([]);
      expect(server.seenOnlyBy(person, channel.id)).toHaveLength(1);
    });
  },
);

test("what is shared is never there twice, whatever the answer", async () => {
  await on(async ({ server, channel, person }) => {
    const { message } = await person.command(channel, "wire", "short");
    server.state.trouble.nextAnswer("500 after accepting");
    await person.press(channel, message?.id ?? "", "Share");
    // Long enough for a retry of the SDK's, which would come at once.
    await person.command(channel, "wire", "short");
    expect(server.seen(channel.id)).toHaveLength(1);
  });
});

test("without its memory a command does nothing, and says so; an answer that cannot be kept has no buttons", async () => {
  const broken = async (): Promise<never> => await Promise.reject(new Error("Redis is away"));
  const say = async (changes: Partial<Host>): Promise<SeenMessage | null | undefined> => {
    let seen: SeenMessage | null | undefined;
    await onDiscord(async (server, stopLater) => {
      stopLater(await startBot(server, nothingKept(), commands, { ...replies, ...changes }));
      await server.gateway.whenConnected(1);
      seen = (await server.manager().command(server.addChannel(), "wire", "short")).message;
    });
    return seen;
  };
  expect((await say({ claim: broken }))?.text).toContain("memory cannot be reached");
  const kept = await say({ memory: { get: broken, set: broken } });
  expect([kept?.text.includes("row 0 "), kept?.buttons]).toEqual([true, []]);
});

test("buttons are for who asked", async () => {
  await on(async ({ server, channel, person }) => {
    const { message } = await person.command(channel, "wire", "long");
    const other = server.person("other", permission.viewChannel);
    // As if the answer had been seen by somebody else: Discord would not show it, but ids can be made up.
    const stored = channel.messages.find(({ id }) => id === message?.id);
    if (stored !== undefined) Object.assign(stored, { ephemeralFor: null });
    const answer = (await other.press(channel, message?.id ?? "", "Next")).message;
    expect([answer?.isPrivate, answer?.text.includes("Only who asked")]).toEqual([true, true]);
  });
});

test("an answer that is not kept any more says so", async () => {
  await onDiscord(async (server, stopLater) => {
    const kept = nothingKept();
    stopLater(await startBot(server, kept, commands, replies));
    await server.gateway.whenConnected(1);
    const [channel, person] = [server.addChannel(), server.manager()];
    const { message } = await person.command(channel, "wire", "long");
    kept.values.clear();
    const answer = (await person.press(channel, message?.id ?? "", "Next")).message;
    expect(answer?.text).toContain("older than a day");
  });
});

test("a refusal and a short answer have no pages, a refusal cannot be shared", async () => {
  await on(async ({ channel, person }) => {
    const short = (await person.command(channel, "wire", "short")).message;
    expect(short?.buttons.map(({ label }) => label)).toEqual(["Share"]);
    const refusal = (await person.command(channel, "wire", "no")).message;
    expect([refusal?.buttons, refusal?.text.includes("Only those who manage")]).toEqual([[], true]);
  });
});

test("commands in a forum's thread count for the forum", async () => {
  const asked: string[] = [];
  await onDiscord(async (server, stopLater) => {
    const forum = server.addChannel({ name: "forum", type: 15 });
    const thread = server.addChannel({ name: "thread", type: 11, parentId: forum.id });
    const asleep = server.addChannel({ name: "asleep", type: 11, parentId: forum.id });
    if (asleep.thread !== null) asleep.thread.archived = true;
    const text = server.addChannel();
    const run: Host["run"] = async ({ channel }) => {
      asked.push(channel);
      return await Promise.resolve(done([]));
    };
    stopLater(await startBot(server, nothingKept(), commands, { run }));
    await server.gateway.whenConnected(1);
    const person = server.manager();
    for (const channel of [thread, asleep, text]) await person.command(channel, "wire", "short");
    expect(asked).toEqual([`discord:${forum.id}`, `discord:${forum.id}`, `discord:${text.id}`]);
  });
});

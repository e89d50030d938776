import { pino } from "pino";
import { expect, test } from "vitest";
import type { Host } from "../../../src/adapter.ts";
import type { Command } from "../../../src/command/command.ts";
import { done, paragraph } from "../../../src/command/reply.ts";
import { failureOf, inTime, postOf } from "../../contract/stage.ts";
import { nothingKept } from "../../contract/test-host.ts";
import { deliveryTo, onDiscord, startBot } from "./bot.ts";
import { permission } from "./permissions.ts";
import type { Json } from "./json.ts";
import { memberObject } from "./objects.ts";
import { type DiscordServer, TOKEN } from "./server.ts";

const run = async (): Promise<ReturnType<typeof done>> => await Promise.resolve(done([paragraph("answered")]));
const command: Command = { name: "ask", description: "Asks", example: "ask", options: [], permission: "look", run };
const answering: Partial<Host> = { run };

/** The log of an adapter, line by line. */
function listening(): { readonly lines: string[]; readonly host: Partial<Host> } {
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
  return { lines, host: { ...answering, log } };
}

test("commands are told to Discord once, and again only when they changed", async () => {
  await onDiscord(async (server) => {
    const versions = (): unknown => server.state.world.commands.map((one) => one["version"]);
    const live = async (commands: readonly Command[]): Promise<unknown> => {
      const bot = await startBot(server, nothingKept(), commands, answering);
      await server.gateway.whenConnected(1);
      await bot.stop();
      return versions();
    };
    const first = await live([command]);
    expect(await live([command])).toEqual(first);
    expect(await live([{ ...command, description: "Asks otherwise" }])).not.toEqual(first);
  });
});

test("only the GUILDS intent is asked for, none that needs approval", async () => {
  await onDiscord(async (server, stopLater) => {
    stopLater(await startBot(server, nothingKept(), [command], answering));
    await server.gateway.whenConnected(1);
    expect(server.gateway.identifies.map((one) => one["intents"])).toEqual([1]);
  });
});

test("a broken connection is resumed, and a command given meanwhile is answered", async () => {
  await onDiscord(async (server, stopLater) => {
    stopLater(await startBot(server, nothingKept(), [command], answering));
    await server.gateway.whenConnected(1);
    const [channel, person] = [server.addChannel(), server.manager()];
    await person.command(channel, "wire", "ask");
    server.gateway.drop();
    const { message } = await person.command(channel, "wire", "ask");
    expect(message?.text).toBe("answered");
    expect([server.gateway.resumes, server.gateway.identifies.length]).toEqual([1, 1]);
  });
});

test("of two connections one answers a command, and it takes effect once", async () => {
  let runs = 0;
  const counting: Partial<Host> = {
    run: async () => {
      runs += 1;
      return await run();
    },
  };
  await onDiscord(async (server, stopLater) => {
    const kept = nothingKept();
    stopLater(await startBot(server, kept, [command], counting));
    stopLater(await startBot(server, kept, [command], counting));
    await server.gateway.whenConnected(2);
    const [channel, person] = [server.addChannel(), server.manager()];
    for (let i = 0; i < 20; i += 1) {
      const { message } = await person.command(channel, "wire", "ask");
      expect(message?.text).toBe("answered");
    }
    expect(runs).toBe(20);
    expect(server.seenOnlyBy(person, channel.id)).toHaveLength(20);
  });
});

test.each(["begun", "done"] as const)("a command that somebody else has %s is left alone", async (claim) => {
  let runs = 0;
  const taken: Partial<Host> = {
    claim: async () => await Promise.resolve(claim),
    run: async () => {
      runs += 1;
      return await run();
    },
  };
  await onDiscord(async (server, stopLater) => {
    stopLater(await startBot(server, nothingKept(), [command], taken));
    await server.gateway.whenConnected(1);
    const asked = server.manager().send(server.addChannel(), "wire", "ask");
    await server.until(() => (asked.acknowledged ? true : null), 5000);
    await server.manager("next").complete(server.addChannel(), "wire", "ask", "", {});
    expect([runs, asked.thinking]).toEqual([0, true]);
  });
});

test("who cannot answer in time does not act", async () => {
  let runs = 0;
  const counting: Partial<Host> = {
    run: async () => {
      runs += 1;
      return await run();
    },
  };
  await onDiscord(async (server, stopLater) => {
    stopLater(await startBot(server, nothingKept(), [command], counting));
    await server.gateway.whenConnected(1);
    server.deadlines.answerMs = -1;
    const person = server.manager();
    const asked = person.send(server.addChannel(), "wire", "ask");
    expect(await server.until(() => asked.refusals[0] ?? null, 5000)).toBe(10062);
    expect(runs).toBe(0);
  });
});

test("a wrong token pauses the gateway with the reason in the log, and posts go on being tried", async () => {
  await onDiscord(async (server, stopLater) => {
    const { lines, host } = listening();
    server.state.world.token = "another";
    const { adapter } = stopLater(await startBot(server, nothingKept(), [command], host));
    const channel = server.addChannel();
    const post = async (): Promise<string> =>
      await failureOf(adapter.post(deliveryTo(adapter, channel.id, postOf()), inTime));
    expect(await post()).toBe("try-later");
    await expect.poll(() => lines.join(""), { timeout: 5000 }).toContain("commands pause, posts go on");
    server.state.world.token = TOKEN;
    expect(await post()).toBe("none");
  });
});

test.each([4004, 4014])("a gateway that closes with %i is not asked again at once, and posts go on", async (code) => {
  await onDiscord(async (server, stopLater) => {
    const { lines, host } = listening();
    server.gateway.refuseWith = code;
    const { adapter } = stopLater(await startBot(server, nothingKept(), [command], host));
    await expect.poll(() => lines.join(""), { timeout: 5000 }).toContain(`closed the connection with ${String(code)}`);
    // Longer than the 50 ms after which the host runs again what ended.
    expect(await server.soon(() => (server.gateway.identifies.length > 1 ? true : null), 400)).toBe(null);
    expect(await failureOf(adapter.post(deliveryTo(adapter, server.addChannel().id, postOf()), inTime))).toBe("none");
  });
});

test("what is stopped while it connects stays away", async () => {
  await onDiscord(async (server) => {
    const bot = await startBot(server, nothingKept(), [command], answering);
    await server.gateway.whenConnected(1);
    await bot.stop();
    // The SDK waits 5 s between two identifies of one process.
    expect(await server.soon(() => (server.gateway.identifies.length > 1 ? true : null), 6000)).toBe(null);
    expect(server.gateway.connected).toBe(0);
  });
}, 20_000);

test("an invalid session is begun anew", async () => {
  await onDiscord(async (server, stopLater) => {
    stopLater(await startBot(server, nothingKept(), [command], answering));
    await server.gateway.whenConnected(1);
    await server.manager("first").command(server.addChannel(), "wire", "ask");
    server.gateway.forgetSessions();
    await expect.poll(() => server.gateway.identifies.length, { timeout: 15_000 }).toBe(2);
    const { message } = await server.manager("second").command(server.addChannel(), "wire", "ask");
    expect(message?.text).toBe("answered");
  });
}, 30_000);

test("as many shards as Discord recommends", async () => {
  await onDiscord(async (server, stopLater) => {
    server.shards = 2;
    stopLater(await startBot(server, nothingKept(), [command], answering));
    await server.gateway.whenConnected(2);
    expect(server.gateway.identifies.map((one) => one["shard"])).toEqual([
      [0, 2],
      [1, 2],
    ]);
    const { message } = await server.manager().command(server.addChannel(), "wire", "ask");
    expect(message?.text).toBe("answered");
  });
}, 20_000);

/** The bot was given one more role. */
function ourselves(server: DiscordServer): Json {
  const { world } = server.state;
  const roles = server.guild.roles.map(({ id }) => id);
  return { ...memberObject(world, server.guild, world.bot.id), roles, guild_id: server.guild.id };
}

test("news of channels: deleted, removed from the server, allowed again", async () => {
  await onDiscord(async (server, stopLater) => {
    const kept = nothingKept();
    const [gone, denied] = [server.addChannel(), server.addChannel()];
    stopLater(await startBot(server, kept, [command], answering));
    await server.gateway.whenConnected(1);
    await server.manager().command(denied, "wire", "ask");
    server.deleteChannel(gone);
    server.deny(denied, permission.sendMessages);
    server.deny(denied, 0n);
    await expect
      .poll(() => kept.said, { timeout: 5000 })
      .toEqual([`gone discord:${gone.id}: the channel was deleted`, `usable discord:${denied.id}`]);
    server.gateway.dispatch("GUILD_MEMBER_UPDATE", ourselves(server), server.guild.id);
    await expect.poll(() => kept.said, { timeout: 5000 }).toHaveLength(3);
    server.removeBot(server.guild);
    await expect
      .poll(() => kept.said.at(-1), { timeout: 5000 })
      .toBe(`gone discord:${denied.id}: Planetwire was removed from the server`);
  });
});

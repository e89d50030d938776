import { pino } from "pino";
import { expect, test } from "vitest";
import type { Host } from "../../../src/adapter.ts";
import type { Command } from "../../../src/command/command.ts";
import { done, paragraph } from "../../../src/command/reply.ts";
import { failureOf, inTime, postOf } from "../../contract/stage.ts";
import { nothingKept } from "../../contract/test-host.ts";
import { deliveryTo, onDiscord, startBot } from "./bot.ts";
import { permission } from "./permissions.ts";
import { TOKEN } from "./server.ts";

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

test("a command that is replayed after a resume takes effect once", async () => {
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
    expect(server.gateway.identifies).toHaveLength(1);
    expect(await failureOf(adapter.post(deliveryTo(adapter, server.addChannel().id, postOf()), inTime))).toBe("none");
  });
});

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
      .toEqual([`unusable discord:${gone.id}: the channel was deleted`, `usable discord:${denied.id}`]);
    server.removeBot(server.guild);
    await expect
      .poll(() => kept.said.at(-1), { timeout: 5000 })
      .toBe(`unusable discord:${denied.id}: Planetwire was removed from the server`);
  });
});

import { DiscordAdapter } from "../../../adapters/discord/adapter.ts";
import { randomBytes } from "node:crypto";
import { type Adapter, type Delivery, type Host, NEW, type Outgoing } from "../../../src/adapter.ts";
import type { Command } from "../../../src/command/command.ts";
import { type Kept, testHost } from "../../contract/test-host.ts";
import { DiscordServer, type ServerOptions, TOKEN } from "./server.ts";

export interface TestBot {
  readonly adapter: DiscordAdapter;
  stop(): Promise<void>;
}

/** The adapter alone, on a host in memory. */
export async function startBot(
  server: DiscordServer,
  kept: Kept,
  commands: readonly Command[] = [],
  changes: Partial<Host> = {},
): Promise<TestBot> {
  const adapter = new DiscordAdapter({ token: TOKEN, apiUrl: server.apiUrl, secondLookMs: 0 });
  const host = testHost(kept, changes, commands);
  await adapter.start(host);
  return {
    adapter,
    stop: async () => {
      await host.stop();
      await adapter.stop();
    },
  };
}

type StopLater = (bot: TestBot) => TestBot;

/** A bot that is connected. Returns what makes another process of it, connected as well. */
export async function startConnected(
  server: DiscordServer,
  stopLater: StopLater,
  kept: Kept,
  commands: readonly Command[],
  changes: Partial<Host>,
): Promise<() => Promise<void>> {
  let bot = stopLater(await startBot(server, kept, commands, changes));
  await server.gateway.whenConnected(1);
  return async () => {
    await bot.stop();
    bot = stopLater(await startBot(server, kept, commands, changes));
    await server.until(() => (server.gateway.connected === 1 ? true : null), 5000);
    await server.gateway.whenConnected(1);
  };
}

/** Runs a test on a server, and looks afterwards whether anything was sent that Discord's description does not allow. */
export async function onDiscord(
  run: (server: DiscordServer, stopLater: StopLater) => Promise<void>,
  options: ServerOptions = {},
): Promise<void> {
  const server = await DiscordServer.start(options);
  const bots: TestBot[] = [];
  const stopLater: StopLater = (bot) => {
    bots.push(bot);
    return bot;
  };
  try {
    await run(server, stopLater);
    if (server.violations.length > 0) throw new Error(server.violations.join("\n"));
  } finally {
    for (const bot of bots) await bot.stop();
    await server.close();
  }
}

/** Without a gateway: for what goes by REST alone. */
export const noGateway: Partial<Host> = { own: () => undefined };

export function deliveryTo(
  adapter: Adapter,
  channelId: string,
  outgoing: Outgoing,
  firstAttemptAtMs = Date.now(),
): Delivery {
  return {
    key: randomBytes(18).toString("base64url"),
    channel: `discord:${channelId}`,
    message: adapter.render(outgoing),
    aim: NEW,
    firstAttemptAtMs,
    attemptAtMs: firstAttemptAtMs,
  };
}

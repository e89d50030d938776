import { expect, test } from "vitest";
import { preview } from "../../../adapters/discord/preview.ts";
import { done } from "../../../src/command/reply.ts";
import { inTime, postOf } from "../../contract/stage.ts";
import { type Kept, nothingKept } from "../../contract/test-host.ts";
import { deliveryTo, noGateway, onDiscord, startBot } from "./bot.ts";

const recall = (kept: Kept) => async (name: string) => await Promise.resolve(kept.values.get(name) ?? null);

test("a message that was posted has an address, also in the thread of a forum", async () => {
  await onDiscord(async (server, stopLater) => {
    const kept = nothingKept();
    const { adapter } = stopLater(await startBot(server, kept, [], noGateway));
    const [text, forum] = [server.addChannel(), server.addChannel({ name: "forum", type: 15 })];
    for (const channel of [text, forum]) {
      const ref = await adapter.post(deliveryTo(adapter, channel.id, postOf()), inTime);
      const holder = channel === text ? text : [...server.state.world.channels.values()].find((one) => one.thread);
      const message = holder?.messages.at(-1);
      const url = await preview.messageLink(`discord:${channel.id}`, ref, recall(kept));
      expect(url).toBe(`https://discord.com/channels/${channel.guildId}/${holder?.id ?? ""}/${message?.id ?? ""}`);
    }
  });
});

test("where nothing was posted since, a command tells which guild it is", async () => {
  await onDiscord(async (server, stopLater) => {
    const kept = nothingKept();
    const run = async (): Promise<ReturnType<typeof done>> => await Promise.resolve(done([]));
    const command = {
      name: "feeds",
      description: "d",
      example: "feeds",
      options: [],
      permission: "look",
      run,
    } as const;
    stopLater(await startBot(server, kept, [command]));
    await server.gateway.whenConnected(1);
    const channel = server.addChannel();
    const link = async (): Promise<string | null> =>
      await preview.messageLink(`discord:${channel.id}`, `${channel.id}/77`, recall(kept));
    expect(await link()).toBeNull();
    await server.manager().command(channel, "wire", "feeds");
    expect(await link()).toBe(`https://discord.com/channels/${channel.guildId}/${channel.id}/77`);
  });
});

test.each(["5/0", "5", "x/7", "5/7/8", "", "https://evil.example/7"])("%j is no message", async (ref) => {
  expect(await preview.messageLink("discord:5", ref, async () => await Promise.resolve("1"))).toBeNull();
});

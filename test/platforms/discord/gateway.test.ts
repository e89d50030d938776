import { expect, test } from "vitest";
import { interact } from "./interaction.ts";
import { isJson, textOf } from "./json.ts";
import { onServer, RawGateway } from "./raw.ts";
import { DiscordServer, TOKEN } from "./server.ts";

/** Events / Gateway; Topics / Opcodes and Status Codes. */
async function on(run: (server: DiscordServer, gateway: RawGateway) => Promise<void>): Promise<void> {
  await onServer(
    async (server) => {
      const gateway = new RawGateway(server);
      await run(server, gateway);
      gateway.close();
    },
    async () => await DiscordServer.start(),
  );
}

test("HELLO, IDENTIFY, READY, then the guilds; heartbeats are acknowledged", async () => {
  await on(async (server, gateway) => {
    const hello = await gateway.next(10);
    expect(isJson(hello["d"]) && hello["d"]["heartbeat_interval"]).toBe(server.gateway.heartbeatMs);
    gateway.identify();
    const ready = await gateway.next(0, "READY");
    expect(isJson(ready["d"]) && textOf(ready["d"]["resume_gateway_url"])).toBe(server.gatewayUrl);
    const guild = await gateway.next(0, "GUILD_CREATE");
    expect(isJson(guild["d"]) && guild["d"]["name"]).toBe("The guild");
    gateway.send(1, gateway.seq);
    await gateway.next(11);
  });
});

test("without the GUILDS intent only interactions come", async () => {
  await on(async (server, gateway) => {
    await gateway.next(10);
    gateway.identify({ intents: 0 });
    await gateway.next(0, "READY");
    interact(server.state, { type: 2, userId: server.manager().user.id, channel: server.addChannel(), data: {} });
    await gateway.next(0, "INTERACTION_CREATE");
    expect(gateway.received.filter((one) => one["op"] === 0).map((one) => one["t"])).toEqual([
      "READY",
      "INTERACTION_CREATE",
    ]);
  });
});

test.each([
  ["a wrong token", 4004, { token: "other" }],
  ["a privileged intent", 4014, { intents: 1 << 15 }],
  ["an unknown intent", 4013, { intents: 1 << 30 }],
  ["an impossible shard", 4010, { shard: [2, 2] }],
])("IDENTIFY with %s is closed with %i", async (_, code, changes) => {
  await on(async (_server, gateway) => {
    await gateway.next(10);
    gateway.identify(changes);
    expect(await gateway.closed()).toBe(code);
  });
});

test("4011 when Discord wants more shards, 4005 for a second IDENTIFY, 4001 and 4002 for nonsense, 4003 before IDENTIFY", async () => {
  await on(async (server, gateway) => {
    server.shards = 2;
    await gateway.next(10);
    gateway.identify();
    expect(await gateway.closed()).toBe(4011);
    const closes: [number, (one: RawGateway) => void][] = [
      [4001, (one) => one.send(99, null)],
      [4002, (one) => one.sendText("{")],
      [4003, (one) => one.send(3, {})],
    ];
    for (const [code, act] of closes) {
      const one = new RawGateway(server);
      await one.next(10);
      act(one);
      expect(await one.closed()).toBe(code);
    }
    const twice = new RawGateway(server);
    await twice.next(10);
    twice.identify({ shard: [0, 2] });
    await twice.next(0, "READY");
    twice.identify({ shard: [0, 2] });
    expect(await twice.closed()).toBe(4005);
  });
});

test("RESUME replays what was missed; a session nobody knows is invalid", async () => {
  await on(async (server, gateway) => {
    await gateway.next(10);
    gateway.identify();
    const ready = await gateway.next(0, "READY");
    await gateway.next(0, "GUILD_CREATE");
    const session = isJson(ready["d"]) ? ready["d"]["session_id"] : "";
    server.gateway.drop();
    await gateway.closed();
    const channel = server.addChannel();
    interact(server.state, { type: 2, userId: server.manager().user.id, channel, data: {} });
    const again = new RawGateway(server);
    await again.next(10);
    again.send(6, { token: TOKEN, session_id: session, seq: gateway.seq });
    await again.next(0, "RESUMED");
    expect(again.received.map((one) => one["t"] ?? null)).toEqual([
      null,
      "CHANNEL_CREATE",
      "INTERACTION_CREATE",
      "RESUMED",
    ]);
    again.close();
    const stranger = new RawGateway(server);
    await stranger.next(10);
    stranger.send(6, { token: TOKEN, session_id: "unknown", seq: 1 });
    expect((await stranger.next(9))["d"]).toBe(false);
    stranger.close();
  });
});

test("a client without heartbeats is closed (4009)", async () => {
  await on(async (server, gateway) => {
    server.gateway.heartbeatMs = 50;
    await gateway.next(10);
    expect(await gateway.closed()).toBe(4009);
  });
});

test("Sharding: a guild's events go to its shard", async () => {
  await on(async (server, gateway) => {
    const shard = Number((BigInt(server.guild.id) >> 22n) % 2n);
    const other = new RawGateway(server);
    await Promise.all([gateway.next(10), other.next(10)]);
    gateway.identify({ shard: [shard, 2] });
    other.identify({ shard: [1 - shard, 2] });
    await Promise.all([gateway.next(0, "GUILD_CREATE"), other.next(0, "READY")]);
    expect(other.received.some((one) => one["t"] === "GUILD_CREATE")).toBe(false);
    other.close();
  });
});

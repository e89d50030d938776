import { DiscordAdapter } from "../../adapters/discord/adapter.ts";
import { permission } from "../platforms/discord/permissions.ts";
import { DiscordServer } from "../platforms/discord/server.ts";
import type { Channel } from "../platforms/discord/world.ts";
import { describeAdapter } from "./adapter-contract.ts";
import { deliveryOf, inTime, type Network, postOf, type Stage } from "./stage.ts";
import { type Kept, nothingKept, testHost } from "./test-host.ts";

interface Scene {
  readonly server: DiscordServer;
  readonly channel: Channel;
  readonly unusable: Channel;
  readonly kept: Kept;
}

async function start(scene: Scene): Promise<Stage> {
  const { server, channel, unusable, kept } = scene;
  const adapter = new DiscordAdapter({ token: server.state.world.token, apiUrl: server.apiUrl, secondLookMs: 0 });
  const host = testHost(kept, { own: () => undefined });
  await adapter.start(host);
  return {
    adapter,
    channel: `discord:${channel.id}`,
    unusableChannel: `discord:${unusable.id}`,
    network: networkOf(server),
    // The first message of a forum's thread says whose thread it is.
    seen: async (name) =>
      await Promise.resolve(
        server
          .seen(idOf(name))
          .filter(({ id, channelId }) => id !== channelId)
          .map(({ text, channelId }) => ({ text, threadRoot: rootOf(server, idOf(name), channelId) })),
      ),
    restart: async () => await start(scene),
    close: async () => {
      await adapter.stop();
      await host.stop();
      await server.close();
    },
  };
}

function networkOf(server: DiscordServer): Network {
  return {
    next: (fault) => server.state.trouble.next(fault),
    requests: () => server.state.writes,
    deleteMessage: async (name, ref) => {
      const [channelId = idOf(name), messageId = ""] = ref.split("/");
      await Promise.resolve(server.deleteMessage(channelId, messageId));
    },
    forbid: async (name) => {
      const own = server.state.world.channels.get(idOf(name));
      const channel = own?.thread == null ? own : server.state.world.channels.get(own.parentId ?? "");
      if (channel !== undefined) server.deny(channel, permission.sendMessages | permission.sendMessagesInThreads);
      await Promise.resolve();
    },
    revokeToken: async () => {
      await Promise.resolve((server.state.world.token = "another token"));
    },
  };
}

/** A forum's threads stand for themselves. */
function rootOf(server: DiscordServer, channelId: string, threadId: string): string {
  const isForum = server.state.world.channels.get(channelId)?.type === 15;
  return isForum || threadId === channelId ? "" : `${channelId}/${threadId}`;
}

function idOf(name: string): string {
  return name.slice("discord:".length);
}

async function open(make: (server: DiscordServer) => Channel): Promise<Stage> {
  const server = await DiscordServer.start();
  const unusable = server.addChannel({ name: "elsewhere" });
  server.deny(unusable, permission.viewChannel);
  return await start({ server, channel: make(server), unusable, kept: nothingKept() });
}

/** With a thread that is there already: what befalls its making has tests of its own. */
async function openForum(): Promise<Stage> {
  const stage = await open((server) => server.addChannel({ name: "forum", type: 15 }));
  const ref = await stage.adapter.post(deliveryOf(stage, postOf()), inTime);
  await stage.network?.deleteMessage(stage.channel, ref);
  return stage;
}

describeAdapter("Discord, a text channel", async () => await open((server) => server.addChannel()), { threads: true });

describeAdapter("Discord, a forum", openForum);

describeAdapter(
  "Discord, a thread",
  async () => await open((server) => server.addChannel({ name: "thread", type: 11, parentId: server.addChannel().id })),
);

describeAdapter(
  "Discord, an announcement channel",
  async () => await open((server) => server.addChannel({ name: "announcements", type: 5 })),
  { threads: true },
);

import { SlackAdapter } from "../../adapters/slack/adapter.ts";
import { appManifest, type SlackServer, startSlack } from "../platforms/slack/server.ts";
import { BOT_USER, TEAM } from "../platforms/slack/workspace.ts";
import { describeAdapter } from "./adapter-contract.ts";
import type { Network, Stage } from "./stage.ts";
import { type Kept, nothingKept, testHost } from "./test-host.ts";

const posting = new Set(["chat.postMessage", "chat.update"]);

function networkOf({ slack }: SlackServer): Network {
  const channelOf = (id: string): ReturnType<typeof slack.channel> => slack.channel(id.split("/")[1]);
  return {
    next: (fault) => slack.trouble.next(fault),
    requests: () => slack.calls.filter((call) => posting.has(call.method)).length,
    deleteMessage: async (channel, ref) => {
      const { messages } = channelOf(channel);
      messages.splice(
        messages.findIndex((message) => message.ts === ref),
        1,
      );
      await Promise.resolve();
    },
    forbid: async (channel) => {
      channelOf(channel).members.delete(BOT_USER);
      await Promise.resolve();
    },
    revokeToken: async () => {
      slack.botTokenError = "invalid_auth";
      await Promise.resolve();
    },
  };
}

async function start(server: SlackServer, channel: string, kept: Kept): Promise<Stage> {
  const { slack, apiUrl, people } = server;
  const inbound = { kind: "socket", appToken: slack.appToken } as const;
  const adapter = new SlackAdapter({ botToken: slack.botToken, inbound, apiUrl, pauseMs: 5 });
  const host = testHost(kept);
  await adapter.start(host);
  const stop = async (): Promise<void> => {
    await host.stop();
    await adapter.stop();
  };
  let next: Stage | null = null;
  return {
    adapter,
    channel,
    unusableChannel: `slack:${TEAM}/C0NOWHERE`,
    network: networkOf(server),
    seen: async (id) => await Promise.resolve(people.seen(id.split("/")[1] ?? "")),
    restart: async () => {
      await stop();
      next = await start(server, channel, kept);
      return next;
    },
    close: async () => {
      await stop();
      await next?.close();
    },
  };
}

async function open(): Promise<Stage> {
  const server = await startSlack(appManifest());
  const channel = server.slack.workspace.addChannel("planets");
  const stage = await start(server, `slack:${TEAM}/${channel.id}`, nothingKept());
  return {
    ...stage,
    close: async () => {
      await stage.close();
      await server.close();
    },
  };
}

describeAdapter("slack", open, { threads: true });

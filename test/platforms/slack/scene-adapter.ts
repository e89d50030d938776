import { SlackAdapter, type SlackOptions } from "../../../adapters/slack/adapter.ts";
import { type Host, NEW } from "../../../src/adapter.ts";
import type { Command } from "../../../src/command/command.ts";
import { done, paragraph } from "../../../src/command/reply.ts";
import { inTime, postOf } from "../../contract/stage.ts";
import { privateAnswer } from "./scene.ts";
import { type Kept, nothingKept, testHost } from "../../contract/test-host.ts";
import { type SlackServer, startSlack } from "./server.ts";
import { type SlackChannel, TEAM } from "./workspace.ts";

/** An adapter in this process, connected to a played Slack. */
export interface AdapterScene {
  readonly server: SlackServer;
  readonly adapter: SlackAdapter;
  readonly kept: Kept;
  /** As after a kill: another adapter on the same state, while this one is heard of no more. */
  restart(changes?: SceneChanges): Promise<void>;
  readonly room: SlackChannel;
  /** The room's channel id. */
  readonly channel: string;
  close(): Promise<void>;
}

export interface SceneChanges {
  readonly options?: Partial<SlackOptions>;
  readonly host?: Partial<Host>;
  readonly commands?: readonly Command[];
}

async function openAdapter(changes: SceneChanges = {}): Promise<AdapterScene> {
  const server = await startSlack();
  const { slack, apiUrl } = server;
  const inbound = { kind: "socket", appToken: slack.appToken } as const;
  const adapter = new SlackAdapter({ botToken: slack.botToken, inbound, apiUrl, pauseMs: 0, ...changes.options });
  const kept = nothingKept();
  let host = testHost(kept, changes.host, changes.commands);
  await adapter.start(host);
  const room = slack.workspace.addChannel("planets");
  return {
    server,
    adapter,
    kept,
    room,
    channel: `slack:${TEAM}/${room.id}`,
    restart: async (next = {}) => {
      await host.stop();
      await server.socketMode.connected(0, 10_000);
      host = testHost(kept, next.host, next.commands);
      await new SlackAdapter({ botToken: slack.botToken, inbound, apiUrl, pauseMs: 0, ...next.options }).start(host);
    },
    close: async () => {
      await host.stop();
      await adapter.stop();
      await server.close();
    },
  };
}

/** Runs on an adapter of its own. */
export async function onAdapter(
  run: (scene: AdapterScene) => Promise<void>,
  changes: SceneChanges = {},
): Promise<void> {
  const scene = await openAdapter(changes);
  try {
    await run(scene);
  } finally {
    await scene.close();
  }
}

/** A host whose every command answers the same. */
export const answering = { runLine: async () => await Promise.resolve(done([paragraph("Here you are.")])) };

export async function connected(scene: AdapterScene, count = 1): Promise<void> {
  await scene.server.socketMode.connected(count, 10_000);
}

export async function type(scene: AdapterScene, line = "/wire feeds"): Promise<string> {
  return privateAnswer(await scene.server.people.type("mia", scene.room.id, line)).seen.text;
}

export async function postOne(scene: AdapterScene): Promise<string> {
  const nowMs = Date.now();
  const key = `k${String(nowMs)}`.padEnd(24, "x");
  const message = scene.adapter.render(postOf());
  return await scene.adapter.post(
    { key, channel: scene.channel, message, aim: NEW, firstAttemptAtMs: nowMs, attemptAtMs: nowMs },
    inTime,
  );
}

import { createServer } from "node:net";
import { portOf } from "../../chaos/port.ts";
import type { Bot, Settings } from "../../support/processes.ts";
import { type Item, numbered } from "../../support/rss.ts";
import type { ServedFeed } from "../../support/served-feed.ts";
import { openWorld, type World } from "../../support/world.ts";
import type { Answer } from "./people.ts";
import { type SlackServer, startSlack } from "./server.ts";
import type { Seen } from "./see.ts";

/** A played Slack and real processes of Planetwire that are connected to it. */
export interface Scene {
  readonly server: SlackServer;
  readonly world: World;
  /** Starts one more bot and waits until it has the socket, or is ready where another has it. */
  startBot(): Promise<Bot>;
  channel(name?: string): string;
  close(): Promise<void>;
}

export async function openScene(mode: "socket" | "http" = "socket", more: Settings = {}): Promise<Scene> {
  const server = await startSlack();
  const { slack, apiUrl } = server;
  const inbound = mode === "socket" ? { SLACK_APP_TOKEN: slack.appToken } : await httpSettings(server);
  const world = await openWorld({ SLACK_BOT_TOKEN: slack.botToken, SLACK_API_URL: apiUrl, ...inbound, ...more });
  return {
    server,
    world,
    startBot: async () => {
      const bot = await world.startBot();
      if (mode === "socket") await server.socketMode.connected(1, 15_000);
      return bot;
    },
    channel: (name = "planets") => slack.workspace.addChannel(name).id,
    close: async () => {
      await world.close();
      await server.close();
    },
  };
}

async function httpSettings(server: SlackServer): Promise<Settings> {
  const port = String(await freePort());
  server.useHttp(`http://127.0.0.1:${port}/slack/events`);
  return { SLACK_SIGNING_SECRET: server.slack.signingSecret, HTTP_PORT: port };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const port = portOf(probe);
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}

const authors = ["Ada Quill", "Paul E. Mc Kenney", "Grace Hopper"];

/** Entries by three authors, newest first, about kernels. */
export function someEntries(count: number, changes: Item = {}): Item[] {
  return Array.from({ length: count }, (_, i) =>
    numbered(count - i, { author: authors[i % 3] ?? "", title: `Kernel news ${String(count - i)}`, ...changes }),
  );
}

/** A private message, or an error that says what there is instead. */
export function privateAnswer(answer: Answer): { readonly id: string; readonly seen: Seen } {
  if (answer.kind === "private" || answer.kind === "replaced") return answer;
  throw new Error(`no private answer but ${JSON.stringify(answer)}`);
}

export function openModal(
  answer: Answer,
): Extract<Answer, { kind: "modal" | "modal updated" | "modal closed" }>["view"] {
  if (answer.kind === "modal" || answer.kind === "modal updated") return answer.view;
  throw new Error(`no form but ${JSON.stringify(answer)}`);
}

/** A channel that follows a feed of its own. */
export async function followed(scene: Scene, entries: readonly Item[]): Promise<{ channel: string; feed: ServedFeed }> {
  const channel = scene.channel();
  const feed = await scene.world.feed(entries);
  const answer = await scene.server.people.type("carl", channel, `/wire follow ${feed.url}`);
  const { seen } = privateAnswer(answer);
  if (!seen.text.includes("Following")) throw new Error(seen.text);
  return { channel, feed };
}

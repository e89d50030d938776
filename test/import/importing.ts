import { setTimeout as sleep } from "node:timers/promises";
import { previews } from "../../adapters/index.ts";
import type { CommandContext } from "../../src/command/command.ts";
import type { Reply } from "../../src/command/reply.ts";
import { runLine } from "../../src/command/table.ts";
import { loadConfig } from "../../src/config.ts";
import { type Core, openCore } from "../../src/core.ts";
import { workImports } from "../../src/imports.ts";
import { createLogger } from "../../src/logger.ts";
import { writeOpml } from "../../src/import/write-opml.ts";
import { openRealRedis } from "../store/real-redis.ts";
import { type FeedServer, startFeedServer } from "../support/feed-server.ts";
import { toPlainText } from "../../src/summary/markdown.ts";

const log = createLogger("silent", false);

/** Commands and imports in this process, on a Redis of its own. */
export interface Importing {
  readonly core: Core;
  server(delayMs?: number): Promise<FeedServer>;
  run(channel: string, line: string, more?: Partial<CommandContext>): Promise<Reply>;
  /** Begins to carry out imports. */
  work(): void;
  close(): Promise<void>;
}

export async function openImporting(more: Readonly<Record<string, string>> = {}): Promise<Importing> {
  const redis = await openRealRedis();
  const servers: FeedServer[] = [];
  const env = {
    REDIS_URL: redis.url,
    ALLOW_PRIVATE_NETWORKS: "127.0.0.1",
    POLL_MIN_SECONDS: "0.2",
    LOCK_SECONDS: "1",
    MAX_FOLLOWS_PER_CHANNEL: "1000",
  };
  const config = loadConfig({ ...env, ...more }, () => "");
  const core = await openCore(config, "command", previews, log);
  return {
    core,
    server: async (delayMs = 0) => {
      const server = await startFeedServer(delayMs);
      servers.push(server);
      return server;
    },
    run: async (channel, line, changes = {}) =>
      await runLine(core.commands, { channel, role: "manager", ...changes }, line, log),
    work: () => workImports(core, log),
    close: async () => {
      await core.close();
      for (const server of servers) await server.close();
      await redis.close();
    },
  };
}

export function textOf(reply: Reply): string {
  return reply.body.map((block) => toPlainText(block)).join("\n");
}

/** The last word of an answer that goes on. */
export async function lastOf(reply: Reply, signal = AbortSignal.timeout(60_000)): Promise<Reply> {
  let last = reply;
  for await (const next of reply.later?.({ everyMs: 0, most: Infinity, signal }) ?? []) last = next;
  return last;
}

/** Asks for the state until an import is over. */
export async function whenOver(importing: Importing, channel: string): Promise<Reply> {
  for (const startedMs = performance.now(); performance.now() - startedMs < 60_000; await sleep(50)) {
    const state = await importing.core.store.imports.state(channel);
    if (state !== null && state.endedAtMs > 0) return await importing.run(channel, "import status");
  }
  throw new Error("the import did not end");
}

/** A list with nothing but addresses. */
export function opmlOf(urls: readonly string[]): string {
  const feeds = urls.map((url) => ({ url, title: "", settings: {} }));
  return writeOpml({ title: "list", createdAt: new Date(0) }, feeds).replaceAll(/ planetwire:settings="[^"]*"/g, "");
}

export function attached(text: string, name = "feeds.opml"): Partial<CommandContext> {
  const read = async (): Promise<{ bytes: Buffer; contentType: string }> =>
    await Promise.resolve({ bytes: Buffer.from(text), contentType: "" });
  return { file: { name, read } };
}

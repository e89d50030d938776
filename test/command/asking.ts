import type { CommandContext } from "../../src/command/command.ts";
import type { CommandDeps } from "../../src/command/deps.ts";
import { splitLine } from "../../src/command/parse-line.ts";
import type { Reply } from "../../src/command/reply.ts";
import { createCommands, understand } from "../../src/command/table.ts";
import { EntryStore } from "../../src/store/entry-store.ts";
import { LedgerStore } from "../../src/store/ledger-store.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import { DAY_MS } from "../identity/reader.ts";
import type { RealRedis } from "../store/real-redis.ts";

export interface Answer {
  readonly status: Reply["status"];
  readonly text: string;
  readonly reply: Reply;
}

/** Asks in a channel as a person would, on a real Redis; `deps` are what else commands are to know. */
export function asker(real: RealRedis, channel: string, deps: Partial<CommandDeps> = {}) {
  const all: Partial<CommandDeps> = {
    feeds: real.feeds,
    channels: real.channels,
    entries: new EntryStore(real.redis),
    ledger: new LedgerStore(real.redis),
    retentionMs: 180 * DAY_MS,
    previews: {},
    nowMs: async () => await Promise.resolve(Date.now()),
    dueAt: async () => await Promise.resolve(Date.now() + 600_000),
    linkOf: async (_channel, ref) => await Promise.resolve(`https://chat.example/m/${ref}`),
    wake: async () => await Promise.resolve(),
    ...deps,
  };
  return async (line: string, role: CommandContext["role"] = "manager"): Promise<Answer> => {
    const { command, args } = understand(createCommands(all as CommandDeps), splitLine(line));
    const reply = await command.run({ channel, role }, args);
    return { status: reply.status, text: toMarkdown({ type: "root", children: [...reply.body] }), reply };
  };
}

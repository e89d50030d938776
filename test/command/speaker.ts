import { previews } from "../../adapters/index.ts";
import type { CommandContext } from "../../src/command/command.ts";
import type { CommandDeps } from "../../src/command/deps.ts";
import type { Reply } from "../../src/command/reply.ts";
import { createCommands, runLine } from "../../src/command/table.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import { silent } from "../poll/polling.ts";
import type { RealRedis } from "../store/real-redis.ts";

export interface Said {
  readonly status: Reply["status"];
  readonly text: string;
  readonly reply: Reply;
}

/** Somebody who types commands in a channel. */
export type Speak = (line: string, context?: Partial<CommandContext>) => Promise<Said>;

/** A channel of these stores where a manager speaks, unless `context` says who else. */
export function speaker(real: RealRedis, channel: string, more: Partial<CommandDeps> = {}): Speak {
  const { feeds, channels } = real;
  const deps: Partial<CommandDeps> = {
    feeds,
    channels,
    previews,
    nowMs: async () => await Promise.resolve(Date.now()),
    dueAt: async () => await Promise.resolve(null),
    wake: async () => await Promise.resolve(),
    stopping: new AbortController().signal,
    ...more,
  };
  const commands = createCommands(deps as CommandDeps);
  return async (line, context = {}) => {
    const reply = await runLine(commands, { channel, role: "manager", ...context }, line, silent);
    return { status: reply.status, text: toMarkdown({ type: "root", children: [...reply.body] }), reply };
  };
}

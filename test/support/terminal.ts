import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";

/** Any line that is no command is answered in its turn with this hint: so its answer marks the end of the one before. */
const hint = "Commands begin with";
/** Lines of posts, which may come at any time. */
const postMark = "▌";
const refusalMark = "✘";

export interface TerminalReply {
  readonly isRefused: boolean;
  readonly text: string;
}

/** Types one command into a bot's standard input and returns its whole answer. */
export type Say = (line: string) => Promise<TerminalReply>;

/** Talks with a bot over its standard input and output, one line at a time. */
export function openTerminal(child: ChildProcessWithoutNullStreams): Say {
  const waiting: ((reply: TerminalReply) => void)[] = [];
  let lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith(postMark) || line === "") return;
    if (!line.startsWith(hint)) return void lines.push(line);
    const text = lines.join("\n");
    lines = [];
    waiting.shift()?.({ isRefused: text.startsWith(refusalMark), text });
  });
  return async (line) => {
    const reply = new Promise<TerminalReply>((resolve) => waiting.push(resolve));
    child.stdin.write(`${line}\n.\n`);
    return reply;
  };
}

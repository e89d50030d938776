import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Host } from "../../src/adapter.ts";
import type { OtherChannel } from "../../src/command/command.ts";
import { type Reply, type ReplyFile, typedActions } from "../../src/command/reply.ts";
import { toMarkdown } from "../../src/summary/markdown.ts";
import { clean, type TranscriptMessage } from "./message.ts";
import { wrapLine } from "./wrap.ts";

export interface TerminalStreams {
  readonly input: Readable;
  readonly output: Writable;
  /** A person sits there: prompt and colours. */
  readonly interactive: boolean;
  /** Its width, which may change. */
  readonly columns: () => number;
}

/** The channel of those who sit at the terminal. */
const TERMINAL_CHANNEL = "console:main";
const PREFIX = "!wire";
/** A line now and then: what was printed stays. */
const PACE = { everyMs: 10_000, most: Infinity };

/** Lines beginning with `!wire` are commands; posts appear above the prompt. */
export class Terminal {
  readonly #streams: TerminalStreams;
  readonly #host: Host;
  readonly #lines: Interface;
  readonly #save: (file: ReplyFile) => string;
  readonly #closed = new AbortController();
  #turn: Promise<void> = Promise.resolve();
  #closing = false;

  /** `save` keeps a file that comes with an answer, and says where. */
  constructor(streams: TerminalStreams, host: Host, save: (file: ReplyFile) => string) {
    this.#streams = streams;
    this.#host = host;
    this.#save = save;
    const { input, output, interactive } = streams;
    this.#lines = createInterface(
      interactive ? { input, output, terminal: true, prompt: "› " } : { input, terminal: false },
    );
    this.#lines.on("line", (line) => {
      this.#turn = this.#turn.then(async () => await this.#answer(line));
    });
    // In raw mode Ctrl-C is a key and no signal; Ctrl-D means the same to a person.
    this.#lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
    this.#lines.on("close", () => {
      if (interactive && !this.#closing) process.kill(process.pid, "SIGINT");
    });
    if (interactive) this.#lines.prompt();
  }

  show(channel: string, message: TranscriptMessage): void {
    const room = channel === TERMINAL_CHANNEL ? "" : `[${channel.slice("console:".length)}] `;
    const where = message.kind === "edit" ? `${room}edited: ` : room;
    const [title = [], ...rest] = message.text
      .split("\n")
      .map((line, i) => this.#rows(i === 0 ? `${where}${line}` : line));
    const rows = [...title.map((row) => this.#bold(row)), ...rest.flat()];
    this.#print(`${rows.map((row) => `${this.#dim("▌")} ${row}`).join("\n")}\n`);
  }

  close(): void {
    this.#closing = true;
    this.#closed.abort();
    this.#lines.close();
  }

  async #answer(line: string): Promise<void> {
    const typed = line.trim();
    if (typed === "") return this.#print("");
    if (typed !== PREFIX && !typed.startsWith(`${PREFIX} `))
      return this.#print(`Commands begin with ${PREFIX}: try ${PREFIX} help`);
    const reply = await this.#host.runLine(
      { channel: TERMINAL_CHANNEL, role: "manager", prefix: PREFIX, otherChannel },
      typed.slice(PREFIX.length).trim(),
    );
    this.#tell(reply);
    // What takes long holds up no other command.
    void this.#goOn(reply).catch((error: unknown) => this.#host.log.warn({ err: error }, "an answer broke off"));
  }

  async #goOn(reply: Reply): Promise<void> {
    for await (const next of reply.later?.({ ...PACE, signal: this.#closed.signal }) ?? []) this.#tell(next);
  }

  #tell(reply: Reply): void {
    const saved = reply.file === undefined ? "" : `\n${this.#save(reply.file)}`;
    this.#print(
      `${replyText(reply)}${saved}`
        .split("\n")
        .flatMap((row) => this.#rows(row))
        .join("\n"),
    );
  }

  #print(text: string): void {
    const { output, interactive } = this.#streams;
    if (!interactive) {
      if (text !== "") output.write(`${text}\n`);
      return;
    }
    output.write(text === "" ? "" : `\r\u001b[K${text}\n`);
    this.#lines.prompt(true);
  }

  #rows(line: string): string[] {
    return this.#streams.interactive ? wrapLine(line, this.#streams.columns() - 3) : [line];
  }

  #bold(text: string): string {
    return this.#streams.interactive ? `\u001b[1m${text}\u001b[22m` : text;
  }

  #dim(text: string): string {
    return this.#streams.interactive ? `\u001b[2m${text}\u001b[22m` : text;
  }
}

async function otherChannel(typed: string): Promise<OtherChannel> {
  const name = typed.replace(/^console:/, "");
  if (/^\w[\w.-]{0,63}$/.test(name))
    return await Promise.resolve({ channel: `console:${name}`, role: "manager", name: `console:${name}` });
  return { refusal: `“${typed}” cannot be a console channel: letters, digits, dot, dash and underscore only.` };
}

/** An answer as it is printed. */
export function replyText(reply: Reply): string {
  const children = [...reply.body, ...typedActions(reply.actions, `${PREFIX} `)];
  const text = toMarkdown({ type: "root", children }).trim();
  return clean(reply.status === "refused" ? `✘ ${text}` : text);
}

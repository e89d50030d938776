import {
  type Adapter,
  type Attempt,
  type Delivery,
  DeliveryError,
  type Found,
  type Host,
  type Outgoing,
  type Shown,
} from "../../src/adapter.ts";
import { EXCERPT_CHARS, headlinesOf, toPosted, type TranscriptMessage, toTranscript } from "./message.ts";
import { markName } from "./mark-name.ts";
import { Terminal, type TerminalStreams } from "./terminal.ts";
import { saveFile } from "./save-file.ts";
import { Transcript, transcriptPath } from "./transcript.ts";

export interface ConsoleOptions {
  readonly dataDir: string;
  /** Where people type and read; null when nobody does. */
  readonly streams: TerminalStreams | null;
}

/** Redis may run on another machine. */
const CLOCK_MARGIN_MS = 60_000;

/** What stood in the transcript before a delivery could have reached it. */
interface Mark {
  readonly key: string;
  readonly offset: number;
}

/** Channels are files, `<DATA_DIR>/console/<name>.log`, and the terminal, if there is one, shows what is written to them. */
export class ConsoleAdapter implements Adapter {
  readonly platform = "console";
  readonly excerptChars = EXCERPT_CHARS;
  readonly hasThreads = false;
  readonly #options: ConsoleOptions;
  #host: Host | null = null;
  #terminal: Terminal | null = null;

  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  async start(host: Host): Promise<void> {
    this.#host = host;
    const { dataDir, streams } = this.#options;
    if (streams !== null) this.#terminal = new Terminal(streams, host, (file) => saveFile(dataDir, file));
    await Promise.resolve();
  }

  render(outgoing: Outgoing): string {
    return JSON.stringify(toTranscript(outgoing));
  }

  async post(delivery: Delivery, attempt: Attempt): Promise<string> {
    return await this.#append(delivery, attempt, () => JSON.parse(delivery.message) as TranscriptMessage);
  }

  async #append(delivery: Delivery, attempt: Attempt, make: (size: number) => TranscriptMessage): Promise<string> {
    const transcript = this.#open(delivery.channel);
    try {
      const { offset } = await this.#setMark(delivery, transcript.size);
      attempt.handOver();
      const known = transcript.find(delivery.key, offset);
      if (known !== null) return String(known);
      const message = make(transcript.size);
      const { kind, ...rest } = message;
      const at = transcript.append(
        JSON.stringify({ kind, key: delivery.key, ...rest, postedAt: new Date().toISOString() }),
      );
      await transcript.sync();
      this.#terminal?.show(delivery.channel, message);
      return String(at);
    } finally {
      transcript.close();
    }
  }

  async find(delivery: Delivery): Promise<Found> {
    const mark = await this.#markOf(delivery.channel);
    // Another delivery's mark may have been written late by a process that stalled: then nothing short of the whole file tells.
    const offset = mark?.key === delivery.key ? mark.offset : 0;
    const transcript = this.#open(delivery.channel);
    try {
      const at = transcript.find(delivery.key, offset);
      return at === null ? { kind: "absent" } : { kind: "landed", ref: String(at) };
    } finally {
      transcript.close();
    }
  }

  /** A transcript is only ever appended to: an edit is a line that says which one it replaces. */
  async edit(delivery: Delivery, ref: string, attempt: Attempt): Promise<void> {
    await this.#append(delivery, attempt, (size) => {
      const replaces = Number(ref);
      if (!(replaces < size)) throw new DeliveryError("message-rejected", "the transcript was emptied");
      return { ...(JSON.parse(delivery.message) as TranscriptMessage), kind: "edit", replaces };
    });
  }

  headlines(message: string): readonly string[] {
    return headlinesOf(JSON.parse(message) as TranscriptMessage);
  }

  async shownSince(channel: string, sinceMs: number): Promise<Shown> {
    const transcript = this.#open(channel);
    try {
      const messages = transcript.lines(0).flatMap(({ at, line }) => {
        const message = toPosted(line);
        if (message === null || message.kind === "edit" || !(Date.parse(message.postedAt) >= sinceMs - CLOCK_MARGIN_MS))
          return [];
        return [{ ref: String(at), headlines: headlinesOf(message) }];
      });
      return await Promise.resolve({ kind: "shown", messages });
    } finally {
      transcript.close();
    }
  }

  async stop(): Promise<void> {
    this.#terminal?.close();
    await Promise.resolve();
  }

  #memory(): Host["memory"] {
    if (this.#host === null) throw new DeliveryError("try-later", "the console has not started");
    return this.#host.memory;
  }

  async #markOf(channel: string): Promise<Mark | null> {
    const json = await this.#memory().get(markName(channel));
    return json === null ? null : (JSON.parse(json) as Mark);
  }

  /** Written before the line, so that a later look need not read more than what came after it. */
  async #setMark(delivery: Delivery, size: number): Promise<Mark> {
    const known = await this.#markOf(delivery.channel);
    if (known?.key === delivery.key) return known;
    const mark = { key: delivery.key, offset: size };
    await this.#memory().set(markName(delivery.channel), JSON.stringify(mark));
    return mark;
  }

  #open(channel: string): Transcript {
    const path = transcriptPath(this.#options.dataDir, channel);
    if (path === null)
      throw new DeliveryError(
        "channel-unusable",
        `“${channel}” cannot be a console channel: letters, digits, dot, dash and underscore only`,
      );
    return new Transcript(path);
  }
}

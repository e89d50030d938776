import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type Frame, FrameSplitter, type Value } from "./resp.ts";
import { within } from "./wait.ts";

/** The least of a Redis client: it sends commands in one write and reads what comes. */
export class RespClient {
  readonly #socket: Socket;
  readonly #splitter = new FrameSplitter();
  readonly #frames: Frame[] = [];
  #wake: () => void = () => {};
  readonly closed: Promise<unknown>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      this.#frames.push(...this.#splitter.push(chunk));
      this.#wake();
    });
    this.closed = once(socket, "close");
  }

  static async connect(url: string): Promise<RespClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    return new RespClient(socket);
  }

  /** All commands in one packet: a pipeline. */
  send(...commands: readonly (readonly string[])[]): void {
    this.#socket.write(commands.map(encodeCommand).join(""));
  }

  /** The next replies as the protocol's bytes, such as "+OK\r\n". */
  async replies(count: number): Promise<readonly string[]> {
    await within(5000, `${count} replies`, this.#received(count));
    return this.#frames.splice(0, count).map((frame) => frame.bytes.toString());
  }

  /** What came and was not asked for yet. */
  unread(): readonly string[] {
    return this.#frames.map((frame) => frame.bytes.toString());
  }

  async ask(...command: readonly string[]): Promise<string> {
    this.send(command);
    return (await this.replies(1)).join("");
  }

  /** One reply, read. */
  async askValue(...command: readonly string[]): Promise<Value> {
    this.send(command);
    await within(5000, "a reply", this.#received(1));
    const [frame] = this.#frames.splice(0, 1);
    if (frame === undefined) throw new Error("no reply");
    return frame.value;
  }

  /** For replies that are one word: without the marks of the protocol, and an error as its text. */
  async askText(...command: readonly string[]): Promise<string> {
    return (await this.askValue(...command)).text.toString();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #received(count: number): Promise<void> {
    while (this.#frames.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

export function encodeCommand(args: readonly string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join("")}`;
}

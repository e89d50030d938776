import { WebSocket } from "ws";
import { isJson, type Json, numberOf } from "./json.ts";
import { type DiscordServer, TOKEN } from "./server.ts";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  readonly list: readonly Json[];
}

const userAgent = "DiscordBot (https://planetwire.example, 1.0)";

/** One request with nothing in between. */
export async function api(
  server: DiscordServer,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const response = await fetch(`${server.apiUrl}/v10${path}`, {
    method,
    headers: {
      authorization: `Bot ${TOKEN}`,
      "user-agent": userAgent,
      "content-type": "application/json",
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : null;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson(parsed) ? parsed : {},
    list: Array.isArray(parsed) ? parsed.filter(isJson) : [],
  };
}

/** A gateway connection with nothing in between: what came, and what closed it. */
export class RawGateway {
  readonly received: Json[] = [];
  closedWith: number | null = null;
  readonly #socket: WebSocket;
  #waiting: (() => void)[] = [];

  constructor(server: DiscordServer) {
    this.#socket = new WebSocket(`${server.gatewayUrl}/?v=10&encoding=json`);
    this.#socket.on("message", (data) => {
      const payload: unknown = JSON.parse(Buffer.isBuffer(data) ? data.toString("utf8") : "null");
      if (isJson(payload)) this.received.push(payload);
      this.#wake();
    });
    this.#socket.on("close", (code) => {
      this.closedWith = code;
      this.#wake();
    });
    this.#socket.on("error", () => undefined);
  }

  send(op: number, d: unknown): void {
    this.#socket.send(JSON.stringify({ op, d }));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  identify(changes: object = {}): void {
    this.send(2, {
      token: TOKEN,
      intents: 1,
      properties: { os: "linux", browser: "test", device: "test" },
      ...changes,
    });
  }

  async next(op: number, event?: string): Promise<Json> {
    for (;;) {
      const found = this.received.find((one) => one["op"] === op && (event === undefined || one["t"] === event));
      if (found !== undefined) return found;
      if (this.closedWith !== null) throw new Error(`closed with ${String(this.closedWith)}`);
      await this.#change();
    }
  }

  async closed(): Promise<number> {
    while (this.closedWith === null) await this.#change();
    return this.closedWith;
  }

  get seq(): number {
    return Math.max(0, ...this.received.map((one) => numberOf(one["s"])).filter((seq) => !Number.isNaN(seq)));
  }

  close(): void {
    this.#socket.terminate();
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Runs a test on a server of its own. */
export async function onServer(
  run: (server: DiscordServer) => Promise<void>,
  start: () => Promise<DiscordServer>,
): Promise<void> {
  const server = await start();
  try {
    await run(server);
  } finally {
    await server.close();
  }
}

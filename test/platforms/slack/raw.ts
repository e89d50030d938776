import { once } from "node:events";
import { afterAll, beforeAll } from "vitest";
import { WebSocket } from "ws";
import { type Fields, isFields, textOf } from "./json.ts";
import { appManifest, type SlackServer, startSlack } from "./server.ts";

/** What came back from one request made by hand. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Fields;
}

/** A server for the tests of one file. */
export function serverForTests(): { readonly server: SlackServer } {
  let server: SlackServer | null = null;
  beforeAll(async () => {
    server = await startSlack(appManifest());
  });
  afterAll(async () => server?.close());
  return {
    get server() {
      if (server === null) throw new Error("the server has not started");
      return server;
    },
  };
}

/** Calls a Web API method with JSON, without any SDK. */
export async function call(
  server: SlackServer,
  method: string,
  args: Fields = {},
  token = server.slack.botToken,
): Promise<RawAnswer> {
  const response = await fetch(`${server.apiUrl}${method}`, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${token}` },
    body: JSON.stringify(args),
  });
  return await answerOf(response);
}

async function answerOf(response: Response): Promise<RawAnswer> {
  const text = await response.text();
  const body: unknown = text.startsWith("{") ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, body: isFields(body) ? body : {} };
}

export async function postJson(url: string, body: Fields): Promise<RawAnswer> {
  const headers = { "content-type": "application/json" };
  return await answerOf(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** `ok`, or the error's code. */
export async function outcome(server: SlackServer, method: string, args: Fields, token?: string): Promise<string> {
  const { body } = await call(server, method, args, token);
  return body["ok"] === true ? "ok" : textOf(body, "error");
}

/** A Socket Mode client of a few lines. */
export class RawSocket {
  readonly #socket: WebSocket;
  readonly #messages: Fields[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      this.#messages.push(JSON.parse((data as Buffer).toString("utf8")) as Fields);
      this.#wake();
    });
  }

  static async open(server: SlackServer): Promise<RawSocket> {
    const { body } = await call(server, "apps.connections.open", {}, server.slack.appToken);
    const socket = new WebSocket(textOf(body, "url"));
    const opened = new RawSocket(socket);
    await once(socket, "open");
    return opened;
  }

  async next(): Promise<Fields> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  acknowledge(envelope: Fields, payload: Fields = {}): void {
    this.#socket.send(JSON.stringify({ envelope_id: envelope["envelope_id"], payload }));
  }

  async ping(): Promise<void> {
    this.#socket.ping();
    await once(this.#socket, "pong");
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}

export async function handshake(url: string): Promise<"open" | "refused"> {
  const socket = new WebSocket(url);
  const result = await new Promise<"open" | "refused">((resolve) => {
    socket.on("open", () => resolve("open"));
    socket.on("error", () => resolve("refused"));
  });
  socket.terminate();
  return result;
}

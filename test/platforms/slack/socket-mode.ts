import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { ACKNOWLEDGE_MS, type EnvelopeKind, type Inbound, type Outcome } from "./inbound.ts";
import { type Fields, fieldsOf, isFields, textOf } from "./json.ts";
import { APP } from "./workspace.ts";

/** https://docs.slack.dev/apis/events-api/using-socket-mode: up to 10 connections, any one gets an envelope. */
const MOST_CONNECTIONS = 10;
const PING_MS = 5000;

interface Waiting {
  readonly socket: WebSocket;
  done(outcome: Outcome): void;
}

/** The Slack end of Socket Mode. */
export class SocketMode implements Inbound {
  readonly #tickets: Set<string>;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #sockets = new Set<WebSocket>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #onChange = new Set<() => void>();
  #turn = 0;
  /** How often a connection was opened. */
  connections = 0;
  /** Acknowledgements that came after their 3 seconds, or twice, or for nothing. */
  readonly refusedAcknowledgements: string[] = [];
  /** How long each acknowledgement took. */
  readonly acknowledgedMs: number[] = [];
  acknowledgeMs = ACKNOWLEDGE_MS;
  /** Slack leaves the TCP connection open for a while after the WebSocket's closing handshake (notes of socket-mode 3.2.0). */
  tcpLingerMs = 0;
  /** Socket Mode was turned off in the app's settings: every connection ends with `link_disabled` right away. */
  isLinkDisabled = false;
  /** Called when an acknowledgement in time arrives, before anything else happens. */
  onAcknowledged: () => void = () => undefined;

  constructor(tickets: Set<string>) {
    this.#tickets = tickets;
  }

  /** A ticket serves once. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? "/", "http://localhost").searchParams.get("ticket") ?? "";
    if (!this.#tickets.delete(ticket) || this.#sockets.size >= MOST_CONNECTIONS) {
      socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
      return;
    }
    const end = socket.end.bind(socket);
    socket.end = () => {
      setTimeout(() => void end(), this.tcpLingerMs);
      return socket;
    };
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket));
  }

  #welcome(socket: WebSocket): void {
    this.#sockets.add(socket);
    this.connections += 1;
    const pings = setInterval(() => socket.ping("Ping from applink"), PING_MS);
    socket.on("message", (data) => this.#hear((data as Buffer).toString("utf8")));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearInterval(pings);
      this.#sockets.delete(socket);
      for (const [id, waiting] of this.#waiting) if (waiting.socket === socket) this.#finish(id, { kind: "timeout" });
      this.#changed();
    });
    const info = { app_id: APP };
    const debug = { host: "applink-1", approximate_connection_time: 18_060 };
    socket.send(
      JSON.stringify({ type: "hello", num_connections: this.#sockets.size, connection_info: info, debug_info: debug }),
    );
    if (this.isLinkDisabled) this.requestDisconnect("link_disabled");
    this.#changed();
  }

  #changed(): void {
    for (const look of this.#onChange) look();
  }

  #hear(text: string): void {
    const message: unknown = JSON.parse(text);
    if (!isFields(message)) return;
    const id = textOf(message, "envelope_id");
    if (this.#waiting.has(id)) this.onAcknowledged();
    else this.refusedAcknowledgements.push(id);
    this.#finish(id, { kind: "acknowledged", payload: fieldsOf(message, "payload") });
  }

  #finish(id: string, outcome: Outcome): void {
    this.#waiting.get(id)?.done(outcome);
    this.#waiting.delete(id);
  }

  async send(kind: EnvelopeKind, payload: Fields, attempt = 0): Promise<Outcome> {
    const sockets = [...this.#sockets].filter((socket) => socket.readyState === socket.OPEN);
    const socket = sockets[this.#turn++ % Math.max(1, sockets.length)];
    if (socket === undefined) return { kind: "nobody" };
    const id = randomUUID();
    const envelope = {
      envelope_id: id,
      type: kind,
      accepts_response_payload: kind !== "events_api",
      payload,
      ...(kind === "events_api" ? { retry_attempt: attempt, retry_reason: attempt === 0 ? "" : "timeout" } : {}),
    };
    const sentAtMs = Date.now();
    const outcome = await new Promise<Outcome>((resolve) => {
      const timer = setTimeout(() => this.#finish(id, { kind: "timeout" }), this.acknowledgeMs);
      const done = (result: Outcome): void => {
        clearTimeout(timer);
        resolve(result);
      };
      this.#waiting.set(id, { socket, done });
      socket.send(JSON.stringify(envelope));
    });
    if (outcome.kind === "acknowledged") this.acknowledgedMs.push(Date.now() - sentAtMs);
    return outcome;
  }

  /** Resolves when so many connections are open. */
  async connected(count: number, timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.#sockets.size !== count) return;
        clearTimeout(timer);
        this.#onChange.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#onChange.delete(look);
        reject(new Error(`${String(this.#sockets.size)} connections instead of ${String(count)}`));
      }, timeoutMs);
      this.#onChange.add(look);
      look();
    });
  }

  /** `warning` comes about 10 s before the end, `refresh_requested` at it; the app closes the connection. */
  requestDisconnect(reason: "warning" | "refresh_requested" | "link_disabled"): void {
    for (const socket of this.#sockets)
      socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "applink-1" } }));
  }

  /** The network is gone, without a word. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  close(): void {
    this.cutAll();
    this.#server.close();
  }
}

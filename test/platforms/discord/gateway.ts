import type { Server } from "node:http";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { closeCode, guildsIntent, knownIntents, opcode, privilegedIntents, Session } from "./gateway-session.ts";
import { isJson, type Json, listOf, numberOf, textOf } from "./json.ts";

export interface GatewayParts {
  token(): string;
  /** How many shards Discord recommends. */
  shards(): number;
  ready(session: Session): Json;
  /** The guilds of a shard as GUILD_CREATE tells of them. */
  guilds(): readonly Json[];
}

interface Connection {
  readonly socket: WebSocket;
  session: Session | null;
  lastBeatMs: number;
}

/** Events / Gateway: HELLO, IDENTIFY or RESUME, heartbeats, events, close codes. */
export class GatewaySide {
  heartbeatMs = 41_250;
  /** Identifies are closed with this code, as if Discord did not want them. */
  refuseWith: number | null = null;
  /** What is known of the connections that were made: IDENTIFY payloads, RESUMEs. */
  readonly identifies: Json[] = [];
  resumes = 0;
  readonly #parts: GatewayParts;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #sessions = new Map<string, Session>();
  readonly #watch: NodeJS.Timeout;
  #waiting: (() => void)[] = [];

  constructor(server: Server, parts: GatewayParts) {
    this.#parts = parts;
    this.#server = new WebSocketServer({ server });
    this.#server.on("connection", (socket) => this.#open(socket));
    this.#watch = setInterval(() => this.#closeZombies(), 200);
  }

  get connected(): number {
    return [...this.#connections].filter((one) => one.session !== null).length;
  }

  /** Until so many sessions are connected. */
  async whenConnected(count: number): Promise<void> {
    while (this.connected < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  dispatch(event: string, data: Json, guildId: string | null): void {
    for (const session of this.#sessions.values()) {
      const isWanted = event === "INTERACTION_CREATE" || (session.intents & guildsIntent) !== 0;
      if (isWanted && session.has(guildId)) session.dispatch(event, data);
    }
  }

  /** The network breaks: sessions stay and can be resumed. */
  drop(): void {
    for (const { socket } of this.#connections) socket.terminate();
  }

  /** Discord asks to reconnect (op 7), or declares sessions invalid (op 9). */
  askToReconnect(): void {
    for (const { socket } of this.#connections) send(socket, { op: opcode.reconnect, d: null });
  }

  forgetSessions(): void {
    this.#sessions.clear();
    for (const { socket } of this.#connections) send(socket, { op: opcode.invalidSession, d: false });
  }

  closeAll(code: number): void {
    for (const { socket } of this.#connections) socket.close(code);
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    for (const { socket } of this.#connections) socket.terminate();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #open(socket: WebSocket): void {
    const connection: Connection = { socket, session: null, lastBeatMs: Date.now() };
    this.#connections.add(connection);
    socket.on("message", (data) => this.#receive(connection, data));
    socket.on("close", () => {
      this.#connections.delete(connection);
      if (connection.session?.socket === socket) connection.session.socket = null;
    });
    socket.on("error", () => undefined);
    send(socket, { op: opcode.hello, d: { heartbeat_interval: this.heartbeatMs } });
  }

  #receive(connection: Connection, data: RawData): void {
    let payload: unknown;
    try {
      payload = JSON.parse(Buffer.isBuffer(data) ? data.toString("utf8") : "") as unknown;
    } catch {
      connection.socket.close(closeCode.decodeError);
      return;
    }
    if (!isJson(payload)) connection.socket.close(closeCode.decodeError);
    else this.#obey(connection, numberOf(payload["op"]), payload["d"]);
  }

  #obey(connection: Connection, op: number, d: unknown): void {
    const { socket } = connection;
    const data = isJson(d) ? d : {};
    switch (op) {
      case opcode.heartbeat:
        connection.lastBeatMs = Date.now();
        send(socket, { op: opcode.heartbeatAck });
        return;
      case opcode.identify:
        this.#identify(connection, data);
        return;
      case opcode.resume:
        this.#resume(connection, data);
        return;
      case opcode.presence:
      case opcode.voice:
      case opcode.members:
        if (connection.session === null) socket.close(closeCode.notAuthenticated);
        return;
      default:
        socket.close(closeCode.unknownOpcode);
    }
  }

  #identify(connection: Connection, data: Json): void {
    const { socket } = connection;
    this.identifies.push(data);
    const code = connection.session !== null ? closeCode.alreadyAuthenticated : this.#refusal(data);
    if (code !== null) {
      socket.close(code);
      return;
    }
    const session = new Session(shardOf(data), numberOf(data["intents"]), socket);
    this.#sessions.set(session.id, session);
    connection.session = session;
    session.dispatch("READY", this.#parts.ready(session));
    for (const guild of this.#parts.guilds())
      if ((session.intents & guildsIntent) !== 0 && session.has(textOf(guild["id"])))
        session.dispatch("GUILD_CREATE", guild);
    this.#wake();
  }

  #refusal(data: Json): number | null {
    if (this.refuseWith !== null) return this.refuseWith;
    if (textOf(data["token"]) !== this.#parts.token()) return closeCode.authenticationFailed;
    const [id, count] = shardOf(data);
    if (!(count >= 1 && id >= 0 && id < count)) return closeCode.invalidShard;
    if (count < this.#parts.shards()) return closeCode.shardingRequired;
    const intents = numberOf(data["intents"]);
    if (!Number.isInteger(intents) || (intents & ~knownIntents) !== 0) return closeCode.invalidIntents;
    return (intents & privilegedIntents) === 0 ? null : closeCode.disallowedIntents;
  }

  /** "Resuming": events missed are replayed, then RESUMED; a session that is not known is invalid and cannot be resumed. */
  #resume(connection: Connection, data: Json): void {
    const { socket } = connection;
    if (textOf(data["token"]) !== this.#parts.token()) {
      socket.close(closeCode.authenticationFailed);
      return;
    }
    const session = this.#sessions.get(textOf(data["session_id"]));
    const seq = numberOf(data["seq"]);
    if (session === undefined) send(socket, { op: opcode.invalidSession, d: false });
    else if (!(seq <= session.seq)) socket.close(closeCode.invalidSeq);
    else {
      this.resumes += 1;
      session.socket = socket;
      connection.session = session;
      session.replayAfter(seq);
      session.dispatch("RESUMED", {});
      this.#wake();
    }
  }

  /** A client that sends no heartbeats is gone, whatever its connection says. */
  #closeZombies(): void {
    for (const { socket, lastBeatMs } of this.#connections)
      if (Date.now() - lastBeatMs > this.heartbeatMs * 1.5) socket.close(closeCode.sessionTimedOut);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function shardOf(data: Json): readonly [number, number] {
  const [id, count] = listOf(data["shard"] ?? [0, 1]);
  return [numberOf(id), numberOf(count)];
}

function send(socket: WebSocket, payload: object): void {
  socket.send(JSON.stringify(payload));
}

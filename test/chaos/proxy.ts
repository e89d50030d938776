import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { portOf } from "./port.ts";
import { type Frame, FrameSplitter } from "./resp.ts";
import { ScriptNames, signatureOf } from "./signature.ts";

/** When, in the life of one command, the client is to die. */
export const points = ["before Redis gets it", "executed, reply withheld", "reply delivered"] as const;
export type Point = (typeof points)[number];

export interface Target {
  /** Asked of every command since arming, until it says yes. */
  matches(signature: string): boolean;
  readonly point: Point;
  /** After "reply delivered": how long the client may act on the reply, unless it sends its next command earlier. */
  readonly graceMs: number;
  /** Must kill the client before it returns: what the client sent and did not yet get through is dropped afterwards. */
  onPoint(): void;
}

interface Pending {
  replies: number;
  readonly target: Target | null;
}

interface Hold {
  readonly matches: Target["matches"];
  readonly onHeld: (release: () => void) => void;
}

interface Connection {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly commands: FrameSplitter;
  readonly replies: FrameSplitter;
  readonly pending: Pending[];
  /** Set once the target went through: nothing of this connection passes after it. */
  halted: Target | null;
  /** What waits, in order, while a command is held back. */
  held: Frame[] | null;
}

const subscriptions = /^P?S?(?:UN)?SUBSCRIBE$/;
const published = new Set(["message", "pmessage", "smessage"]);

/**
 * Stands between a client and Redis, sees every command alone even in a pipeline, knows which reply answers it, and can
 * stop the world at one of them. MONITOR and CLIENT REPLY are not understood.
 */
export class RedisProxy {
  readonly names = new ScriptNames();
  readonly #server: Server;
  readonly #redisPort: number;
  readonly #connections = new Set<Connection>();
  #recording: string[] | null = null;
  #target: Target | null = null;
  #hold: Hold | null = null;

  private constructor(server: Server, redisPort: number) {
    this.#server = server;
    this.#redisPort = redisPort;
    server.on("connection", (client) => this.#accept(client));
  }

  static async start(redisPort: number): Promise<RedisProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new RedisProxy(server, redisPort);
  }

  get url(): string {
    return `redis://127.0.0.1:${portOf(this.#server)}`;
  }

  /** Starts a list of the commands' signatures in the order of their arrival; the returned function ends it. */
  record(): () => readonly string[] {
    const recording: string[] = [];
    this.#recording = recording;
    return () => {
      if (this.#recording === recording) this.#recording = null;
      return recording;
    };
  }

  arm(target: Target): void {
    this.#target = target;
  }

  /** The first command that matches waits, with all that comes behind it on its connection, until what this resolves with is called. */
  async hold(matches: Target["matches"]): Promise<() => void> {
    return await new Promise((onHeld) => {
      this.#hold = { matches, onHeld };
    });
  }

  disarm(): void {
    this.#target = null;
    this.#hold = null;
  }

  /** Cuts every connection; whatever is on its way is lost. */
  drop(): void {
    for (const { client, upstream } of this.#connections) {
      client.destroy();
      upstream.destroy();
    }
    this.#connections.clear();
  }

  async close(): Promise<void> {
    this.drop();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    const upstream = connect(this.#redisPort, "127.0.0.1");
    const commands = new FrameSplitter();
    const replies = new FrameSplitter();
    const connection: Connection = {
      client,
      upstream,
      commands,
      replies,
      pending: [],
      halted: null,
      held: null,
    };
    this.#connections.add(connection);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    client.on("data", (chunk: Buffer) => {
      for (const frame of commands.push(chunk)) this.#onCommand(connection, frame);
    });
    upstream.on("data", (chunk: Buffer) => {
      for (const frame of replies.push(chunk)) this.#onReply(connection, frame);
    });
    this.#tie(connection, client, upstream);
    this.#tie(connection, upstream, client);
  }

  #tie(connection: Connection, one: Socket, other: Socket): void {
    one.on("error", () => other.destroy());
    one.on("close", () => {
      other.end();
      this.#connections.delete(connection);
    });
  }

  #onCommand(connection: Connection, frame: Frame): void {
    if (!this.#connections.has(connection)) return;
    if (connection.halted !== null) {
      if (connection.pending.length === 0) this.#trigger(connection.halted);
      return;
    }
    if (connection.held !== null) return void connection.held.push(frame);
    const args = frame.value.items.map((item) => item.text);
    const signature = signatureOf(args, this.names);
    if (this.#holdsBack(connection, signature, frame)) return;
    this.#recording?.push(signature);
    const target = this.#matching(signature);
    if (target?.point === "before Redis gets it") return this.#trigger(target);
    connection.halted = target;
    connection.pending.push({ replies: repliesTo(signature, args), target });
    connection.upstream.write(frame.bytes);
  }

  #holdsBack(connection: Connection, signature: string, frame: Frame): boolean {
    const hold = this.#hold;
    if (hold === null || !hold.matches(signature)) return false;
    this.#hold = null;
    connection.held = [frame];
    hold.onHeld(() => {
      const held = connection.held ?? [];
      connection.held = null;
      for (const one of held) this.#onCommand(connection, one);
    });
    return true;
  }

  #matching(signature: string): Target | null {
    const target = this.#target;
    if (target === null || !target.matches(signature)) return null;
    this.#target = null;
    return target;
  }

  #onReply(connection: Connection, frame: Frame): void {
    if (!this.#connections.has(connection)) return;
    const current = isUnasked(frame) ? undefined : connection.pending[0];
    if (current === undefined) return void connection.client.write(frame.bytes);
    current.replies -= 1;
    if (current.replies > 0) return void connection.client.write(frame.bytes);
    connection.pending.shift();
    const { target } = current;
    if (target === null) return void connection.client.write(frame.bytes);
    if (target.point === "executed, reply withheld") return this.#trigger(target);
    connection.client.write(frame.bytes, () => {
      setTimeout(() => {
        if (this.#connections.has(connection)) this.#trigger(target);
      }, target.graceMs);
    });
  }

  #trigger(target: Target): void {
    target.onPoint();
    this.drop();
  }
}

/** Messages of subscriptions answer no command; in RESP3 they are pushes, in RESP2 arrays. */
function isUnasked({ value }: Frame): boolean {
  const first = value.items[0]?.text.toString().toLowerCase() ?? "";
  if (value.type === ">") return !subscriptions.test(first.toUpperCase());
  return value.type === "*" && value.items.length >= 3 && published.has(first);
}

function repliesTo(signature: string, args: readonly Buffer[]): number {
  const [command = ""] = signature.split(" ", 1);
  return subscriptions.test(command) ? Math.max(1, args.length - 1) : 1;
}

import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import type { Json } from "./json.ts";

/** Topics / Opcodes and Status Codes, "Gateway Opcodes". */
export const opcode = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  voice: 4,
  resume: 6,
  reconnect: 7,
  members: 8,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** "Gateway Close Event Codes". */
export const closeCode = {
  unknownOpcode: 4001,
  decodeError: 4002,
  notAuthenticated: 4003,
  authenticationFailed: 4004,
  alreadyAuthenticated: 4005,
  invalidSeq: 4007,
  sessionTimedOut: 4009,
  invalidShard: 4010,
  shardingRequired: 4011,
  invalidIntents: 4013,
  disallowedIntents: 4014,
} as const;

/** Events / Gateway, "Gateway Intents": GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT need an approval that nobody gave. */
export const privilegedIntents = (1 << 1) | (1 << 8) | (1 << 15);
export const knownIntents = 0x1_ffff | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);
export const guildsIntent = 1 << 0;

interface Event {
  readonly op: 0;
  readonly t: string;
  readonly s: number;
  readonly d: Json;
}

/** What Discord remembers of one identified connection: its events can be replayed after a RESUME. */
export class Session {
  readonly id = randomBytes(16).toString("hex");
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
  socket: WebSocket | null;
  #events: Event[] = [];
  #seq = 0;

  constructor(shard: readonly [number, number], intents: number, socket: WebSocket) {
    this.shard = shard;
    this.intents = intents;
    this.socket = socket;
  }

  get seq(): number {
    return this.#seq;
  }

  dispatch(t: string, d: Json): void {
    this.#seq += 1;
    const event: Event = { op: opcode.dispatch, t, s: this.#seq, d };
    this.#events = [...this.#events, event].slice(-500);
    this.#send(event);
  }

  replayAfter(seq: number): void {
    for (const event of this.#events) if (event.s > seq) this.#send(event);
  }

  #send(event: Event): void {
    this.socket?.send(JSON.stringify(event));
  }

  /** Events / Gateway, "Sharding Formula"; what is about no guild goes to shard 0. */
  has(guildId: string | null): boolean {
    const [id, count] = this.shard;
    return guildId === null ? id === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === id;
  }
}

import type { CommandContext } from "../../src/command/command.ts";
import type { Homeserver } from "./homeserver.ts";
import { numberOf, recordOf, textOf } from "./json.ts";

const PREFIX = "matrix:";
/**
 * A room can become encrypted, never the other way round. The owner of the sync hears of it at once and pauses the
 * channel.
 */
const NOT_ENCRYPTED_KEPT_MS = 10 * 60_000;
/** What the specification says where a room has no power levels, or they do not say. */
const DEFAULT_STATE_LEVEL = 50;

export const ENCRYPTED =
  "this room is encrypted, and this version of Planetwire can neither read nor write there: use a room without encryption";

export function channelOf(room: string): string {
  return `${PREFIX}${room}`;
}

/** The room of a channel; null for what can be none. */
export function roomOf(channel: string): string | null {
  const room = channel.startsWith(PREFIX) ? channel.slice(PREFIX.length) : "";
  return /^![^\s/?#]{1,254}$/.test(room) ? room : null;
}

/** The part of an id behind its first colon: the server that it belongs to. */
export function serverOf(id: string): string {
  return id.slice(id.indexOf(":") + 1);
}

/** What must be known of rooms before something is said in them. */
export class Rooms {
  readonly #homeserver: Homeserver;
  readonly #encrypted = new Set<string>();
  readonly #openUntilMs = new Map<string, number>();

  constructor(homeserver: Homeserver) {
    this.#homeserver = homeserver;
  }

  noteEncrypted(room: string): void {
    this.#encrypted.add(room);
  }

  async isEncrypted(room: string, signal?: AbortSignal): Promise<boolean> {
    if (this.#encrypted.has(room)) return true;
    if ((this.#openUntilMs.get(room) ?? 0) > performance.now()) return false;
    if ((await this.#homeserver.state(room, "m.room.encryption", "", signal)) === null) {
      this.#openUntilMs.set(room, performance.now() + NOT_ENCRYPTED_KEPT_MS);
      return false;
    }
    this.noteEncrypted(room);
    return true;
  }

  /** Who may change the room's state may manage what the room follows. */
  async roleOf(room: string, userId: string): Promise<CommandContext["role"]> {
    const [levels, creation] = await Promise.all([
      this.#homeserver.state(room, "m.room.power_levels"),
      this.#homeserver.state(room, "m.room.create"),
    ]);
    const others = recordOf(creation?.content)["additional_creators"];
    const isCreator = creation?.sender === userId || (Array.isArray(others) && others.includes(userId));
    // From room version 12 on a room's creators stand above all levels and are not listed.
    if (isCreator && isFrom12(textOf(recordOf(creation?.content)["room_version"]))) return "manager";
    if (levels === null) return isCreator ? "manager" : "member";
    const { users, users_default: usersDefault, state_default: stateDefault } = levels.content;
    const level = numberOf(recordOf(users)[userId]) ?? numberOf(usersDefault) ?? 0;
    return level >= (numberOf(stateDefault) ?? DEFAULT_STATE_LEVEL) ? "manager" : "member";
  }
}

function isFrom12(roomVersion: string): boolean {
  return Number(roomVersion) >= 12;
}

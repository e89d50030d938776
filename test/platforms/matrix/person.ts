import { askJson } from "./http.ts";
import { relationOf, type RoomEvent, type Seen, seenOf } from "./seen.ts";
import type { Account, Synapse } from "./synapse.ts";

const version = "/_matrix/client/v3";
const pageOfHistory = 100;
const maxPages = 200;
const pollMs = 2000;

export interface RoomSettings {
  readonly invite?: readonly string[];
  readonly encrypted?: boolean;
  readonly version?: string;
  /** Changes to the room's power levels. */
  readonly power?: object;
  readonly visibility?: "joined" | "shared";
}

/** Someone with a client, who talks to the homeserver past all trouble. */
export class Person {
  readonly userId: string;
  readonly token: string;
  readonly #account: Account;
  readonly #socketPath: string;
  #transactions = 0;

  constructor(socketPath: string, account: Account) {
    this.#socketPath = socketPath;
    this.userId = account.userId;
    this.token = account.token;
    this.#account = account;
  }

  static async register(synapse: Synapse, name: string): Promise<Person> {
    return new Person(synapse.socketPath, await synapse.register(name));
  }

  async ask<T = object>(method: string, path: string, body?: object): Promise<T> {
    return await askJson<T>(this.#socketPath, method, `${version}${path}`, this.token, body);
  }

  /** With another token from now on: the same device's, or that of a new one. */
  async loggedInAgain(device: "the same device" | "a new device"): Promise<Person> {
    const { userId, deviceId, password } = this.#account;
    const login = await this.ask<{ access_token: string; device_id: string }>("POST", "/login", {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: userId },
      password,
      ...(device === "the same device" ? { device_id: deviceId } : {}),
    });
    return new Person(this.#socketPath, { userId, password, deviceId: login.device_id, token: login.access_token });
  }

  async createRoom(settings: RoomSettings = {}): Promise<string> {
    const state: object[] = [];
    if (settings.encrypted === true)
      state.push({ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } });
    if (settings.visibility !== undefined)
      state.push({
        type: "m.room.history_visibility",
        state_key: "",
        content: { history_visibility: settings.visibility },
      });
    const { room_id: room } = await this.ask<{ room_id: string }>("POST", "/createRoom", {
      preset: "private_chat",
      invite: settings.invite ?? [],
      initial_state: state,
      ...(settings.version === undefined ? {} : { room_version: settings.version }),
      ...(settings.power === undefined ? {} : { power_level_content_override: settings.power }),
    });
    return room;
  }

  async invite(room: string, userId: string): Promise<void> {
    await this.ask("POST", `${roomPath(room)}/invite`, { user_id: userId });
  }

  async join(room: string): Promise<void> {
    await this.ask("POST", `/join/${encodeURIComponent(room)}`, {});
  }

  async kick(room: string, userId: string): Promise<void> {
    await this.ask("POST", `${roomPath(room)}/kick`, { user_id: userId, reason: "a test" });
  }

  async setState(room: string, type: string, content: object): Promise<void> {
    await this.ask("PUT", `${roomPath(room)}/state/${type}/`, content);
  }

  async state<T>(room: string, type: string, key = ""): Promise<T> {
    return await this.ask<T>("GET", `${roomPath(room)}/state/${type}/${encodeURIComponent(key)}`);
  }

  /** Changes the room's power levels, keeping the others. */
  async setPower(room: string, changes: object): Promise<void> {
    const now = await this.state<object>(room, "m.room.power_levels");
    await this.setState(room, "m.room.power_levels", { ...now, ...changes });
  }

  async upgrade(room: string, newVersion: string): Promise<string> {
    const { replacement_room: next } = await this.ask<{ replacement_room: string }>(
      "POST",
      `${roomPath(room)}/upgrade`,
      { new_version: newVersion },
    );
    return next;
  }

  async redact(room: string, eventId: string): Promise<void> {
    this.#transactions += 1;
    await this.ask("PUT", `${roomPath(room)}/redact/${encodeURIComponent(eventId)}/${this.#transactions}`, {});
  }

  async send(room: string, content: object): Promise<string> {
    this.#transactions += 1;
    const path = `${roomPath(room)}/send/m.room.message/${this.#transactions}`;
    return (await this.ask<{ event_id: string }>("PUT", path, content)).event_id;
  }

  async say(room: string, body: string, more: object = {}): Promise<string> {
    return await this.send(room, { msgtype: "m.text", body, ...more });
  }

  /** All that this person may read in a room, oldest first. */
  async events(room: string): Promise<RoomEvent[]> {
    const events: RoomEvent[] = [];
    let from: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const query = `dir=f&limit=${pageOfHistory}${from === undefined ? "" : `&from=${encodeURIComponent(from)}`}`;
      const { chunk, end } = await this.ask<{ chunk: RoomEvent[]; end?: string }>(
        "GET",
        `${roomPath(room)}/messages?${query}`,
      );
      events.push(...chunk);
      if (end === undefined) return events;
      from = end;
    }
    throw new Error(`more than ${maxPages} pages in ${room}`);
  }

  async seen(room: string): Promise<Seen[]> {
    return seenOf(await this.events(room));
  }

  /** The first of a room's events to come, or that came already, that `wanted` accepts. */
  async waitFor(
    room: string,
    what: string,
    wanted: (event: RoomEvent) => boolean,
    deadlineMs = 15_000,
  ): Promise<RoomEvent> {
    const end = performance.now() + deadlineMs;
    let since = (await this.#sync()).next_batch;
    const before = (await this.events(room)).find(wanted);
    if (before !== undefined) return before;
    while (performance.now() < end) {
      const batch = await this.#sync(since);
      since = batch.next_batch;
      const found = batch.rooms?.join?.[room]?.timeline?.events.find(wanted);
      if (found !== undefined) return found;
    }
    throw new Error(`not within ${deadlineMs} ms: ${what}`);
  }

  /** Says something and waits for the answer in its thread. */
  async command(room: string, line: string, deadlineMs?: number): Promise<Seen> {
    const eventId = await this.say(room, line);
    return await this.answerTo(room, eventId, deadlineMs);
  }

  async answerTo(room: string, eventId: string, deadlineMs?: number): Promise<Seen> {
    const answer = await this.waitFor(
      room,
      `an answer to ${eventId}`,
      (event) => event.sender !== this.userId && relationOf(event.content).event_id === eventId,
      deadlineMs,
    );
    const [seen] = seenOf([answer]);
    if (seen === undefined) throw new Error(`the answer is no message: ${JSON.stringify(answer)}`);
    return seen;
  }

  /** Waits until these, and no others, are shown as typing. */
  async seesTyping(room: string, userIds: readonly string[], deadlineMs = 15_000): Promise<void> {
    const end = performance.now() + deadlineMs;
    const filter = JSON.stringify({ room: { timeline: { types: [] }, state: { types: [] } }, presence: { types: [] } });
    let since = "";
    while (performance.now() < end) {
      const query = new URLSearchParams({
        filter,
        timeout: since === "" ? "0" : "1000",
        ...(since === "" ? {} : { since }),
      });
      const batch = await this.ask<SyncAnswer>("GET", `/sync?${query.toString()}`);
      const typing = batch.rooms?.join?.[room]?.ephemeral?.events.find(({ type }) => type === "m.typing");
      const shown = typing?.content["user_ids"] ?? (since === "" ? [] : undefined);
      if (JSON.stringify(shown) === JSON.stringify(userIds)) return;
      since = batch.next_batch;
    }
    throw new Error(`not within ${deadlineMs} ms: typing of ${userIds.join(", ")}`);
  }

  async #sync(since?: string): Promise<SyncAnswer> {
    const filter = { presence: { types: [] }, account_data: { types: [] }, room: { ephemeral: { types: [] } } };
    const query = new URLSearchParams({
      filter: JSON.stringify(filter),
      timeout: String(since === undefined ? 0 : pollMs),
    });
    if (since !== undefined) query.set("since", since);
    return await this.ask<SyncAnswer>("GET", `/sync?${query.toString()}`);
  }
}

interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, JoinedRoom>> };
}

interface JoinedRoom {
  readonly timeline?: { readonly events: RoomEvent[] };
  readonly ephemeral?: { readonly events: readonly Pick<RoomEvent, "type" | "content">[] };
}

function roomPath(room: string): string {
  return `/rooms/${encodeURIComponent(room)}`;
}

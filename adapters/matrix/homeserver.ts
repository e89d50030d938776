import {
  ClientPrefix,
  type HttpApiEvent,
  type HttpApiEventHandlerMap,
  MatrixHttpApi,
  Method,
} from "matrix-js-sdk/lib/http-api/index.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";
import type { Attempt } from "../../src/adapter.ts";
import { deliveryErrorOf, errcodeOf, statusOf } from "./failures.ts";
import { recordOf, textOf } from "./json.ts";
import { sendOnce } from "./transport.ts";

const ANSWER_LIMIT_MS = 30_000;
const TYPING_MS = 30_000;

export interface HomeserverOptions {
  readonly homeserverUrl: string;
  readonly accessToken: string;
}

export interface Identity {
  readonly userId: string;
  /** "" for a token without a device. */
  readonly deviceId: string;
}

/** An event as the homeserver gives it. */
export interface RoomEvent {
  readonly type: string;
  readonly event_id: string;
  readonly sender: string;
  readonly origin_server_ts: number;
  readonly state_key?: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly unsigned?: {
    readonly transaction_id?: string;
    readonly redacted_because?: unknown;
    readonly "m.relations"?: unknown;
  };
}

export interface MessagesPage {
  readonly chunk: readonly RoomEvent[];
  /** null: there is nothing further. */
  readonly end: string | null;
}

type Query = Readonly<Record<string, string>>;

/**
 * The homeserver, as this account sees it. Of matrix-js-sdk only the HTTP layer is used, which is small, keeps no state
 * and never repeats a request: `MatrixClient.sendEvent` sends again by itself, out of memory, and its sync keeps whole
 * rooms. This layer also runs on Node 20, which the rest of version 43 does not (it needs Promise.withResolvers).
 */
export class Homeserver {
  readonly #options: HomeserverOptions;

  constructor(options: HomeserverOptions) {
    this.#options = options;
  }

  /** Asked without the token: is this a homeserver? */
  async versions(): Promise<readonly string[]> {
    const answer = await httpApi(this.#options).request(Method.Get, "/_matrix/client/versions", {}, undefined, {
      ...within(ANSWER_LIMIT_MS),
      prefix: "",
    });
    const { versions } = recordOf(answer);
    return Array.isArray(versions) ? versions.map(textOf) : [];
  }

  async whoami(signal?: AbortSignal): Promise<Identity> {
    const answer = await this.request<{ user_id: string; device_id?: string }>(
      Method.Get,
      "/account/whoami",
      {},
      undefined,
      signal,
    );
    return { userId: answer.user_id, deviceId: answer.device_id ?? "" };
  }

  /** A whole state event; null where the room has none. */
  async state(room: string, type: string, key = "", signal?: AbortSignal): Promise<RoomEvent | null> {
    const path = `${roomPath(room)}/state/${encodeURIComponent(type)}/${encodeURIComponent(key)}`;
    try {
      return await this.request<RoomEvent>(Method.Get, path, { format: "event" }, undefined, signal);
    } catch (error) {
      if (statusOf(error) === 404 && errcodeOf(error) === "M_NOT_FOUND") return null;
      throw error;
    }
  }

  /** The room that an alias names now; null for none. */
  async roomNamed(alias: string): Promise<string | null> {
    try {
      const answer = await this.request(Method.Get, `/directory/room/${encodeURIComponent(alias)}`);
      return textOf(recordOf(answer)["room_id"]) || null;
    } catch (error) {
      // 502 and 504: the server that the alias belongs to does not answer ours.
      if ([400, 404, 502, 504].includes(statusOf(error))) return null;
      throw error;
    }
  }

  async event(room: string, eventId: string, signal?: AbortSignal): Promise<RoomEvent> {
    const path = `${roomPath(room)}/event/${encodeURIComponent(eventId)}`;
    return await this.request<RoomEvent>(Method.Get, path, {}, undefined, signal);
  }

  /** A page of a room's history, newest first. */
  async messages(room: string, query: Query): Promise<MessagesPage> {
    const { chunk, end } = await this.request<{ chunk: RoomEvent[]; end?: string }>(
      Method.Get,
      `${roomPath(room)}/messages`,
      { dir: "b", ...query },
    );
    return { chunk, end: end ?? null };
  }

  async sync<T>(query: Query, timeoutMs: number, signal: AbortSignal): Promise<T> {
    const timed = { ...query, timeout: String(timeoutMs), set_presence: "offline" };
    return await this.request<T>(Method.Get, "/sync", timed, undefined, signal, timeoutMs + ANSWER_LIMIT_MS);
  }

  async join(room: string, via: readonly string[] = []): Promise<void> {
    await httpApi(this.#options).authedRequest(
      Method.Post,
      `/join/${encodeURIComponent(room)}`,
      via.length === 0 ? {} : { via: [...via] },
      {},
      within(ANSWER_LIMIT_MS),
    );
  }

  async leave(room: string): Promise<void> {
    await this.request(Method.Post, `${roomPath(room)}/leave`, {}, {});
  }

  async forget(room: string): Promise<void> {
    await this.request(Method.Post, `${roomPath(room)}/forget`, {}, {});
  }

  /** Shows that something is being written, or no longer. Forgotten by the server after `TYPING_MS`. */
  async typing(room: string, userId: string, typing: boolean): Promise<void> {
    const path = `${roomPath(room)}/typing/${encodeURIComponent(userId)}`;
    await this.request(Method.Put, path, {}, typing ? { typing, timeout: TYPING_MS } : { typing });
  }

  async joinedRooms(): Promise<readonly string[]> {
    return (await this.request<{ joined_rooms: string[] }>(Method.Get, "/joined_rooms")).joined_rooms;
  }

  /** Sends a message that may be sent again with the same transaction id. */
  async send(room: string, transaction: string, content: object, signal?: AbortSignal): Promise<string> {
    return eventIdIn(await this.request(Method.Put, sendPath(room, transaction), {}, content, signal));
  }

  /** Sends a message in one request within one attempt. Throws sorted. */
  async post(room: string, transaction: string, content: object, attempt: Attempt): Promise<string> {
    let wasSent = false;
    let refusal: unknown = null;
    const http = httpApi(
      this.#options,
      sendOnce(() => {
        try {
          attempt.handOver();
          wasSent = true;
        } catch (error) {
          refusal = error;
          throw error;
        }
      }),
    );
    try {
      const path = sendPath(room, transaction);
      return eventIdIn(
        await http.authedRequest(Method.Put, path, undefined, content, { ...noPriority, abortSignal: attempt.signal }),
      );
    } catch (error) {
      // The SDK's errors name no cause.
      throw refusal ?? deliveryErrorOf(error, wasSent);
    }
  }

  async request<T>(
    method: Method,
    path: string,
    query: Query = {},
    body?: object,
    signal?: AbortSignal,
    limitMs = ANSWER_LIMIT_MS,
  ): Promise<T> {
    return await httpApi(this.#options).authedRequest<T>(method, path, { ...query }, body, within(limitMs, signal));
  }
}

/**
 * A new one for each request: it holds nothing but a signal on which every request of its puts a listener, and Node 20
 * takes more than ten of them for a leak.
 */
function httpApi({ homeserverUrl, accessToken }: HomeserverOptions, fetchFn: typeof fetch = fetch) {
  return new MatrixHttpApi(new TypedEventEmitter<HttpApiEvent, HttpApiEventHandlerMap>(), {
    baseUrl: homeserverUrl,
    prefix: ClientPrefix.V3,
    accessToken,
    onlyData: true,
    fetchFn,
  });
}

/** The SDK's types ask for this property of browsers, which Node's fetch does not know. */
const noPriority = { priority: undefined };

function within(limitMs: number, signal?: AbortSignal) {
  return { ...noPriority, localTimeoutMs: limitMs, ...(signal === undefined ? {} : { abortSignal: signal }) };
}

function roomPath(room: string): string {
  return `/rooms/${encodeURIComponent(room)}`;
}

function sendPath(room: string, transaction: string): string {
  return `${roomPath(room)}/send/m.room.message/${encodeURIComponent(transaction)}`;
}

function eventIdIn(answer: unknown): string {
  const id = textOf(recordOf(answer)["event_id"]);
  if (id === "") throw new Error("the homeserver's answer names no event");
  return id;
}

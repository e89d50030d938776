import {
  type Adapter,
  type Attempt,
  type Delivery,
  DeliveryError,
  type Found,
  type Host,
  type Outgoing,
  type Shown,
} from "../../src/adapter.ts";
import { deliveryErrorOf, statusOf } from "./failures.ts";
import { DELIVERY_KEY, type Device, findDelivery, foundAfter, shownSince } from "./find.ts";
import { headlinesOf } from "./headlines.ts";
import { Homeserver } from "./homeserver.ts";
import { Inbound } from "./inbound.ts";
import { recordOf } from "./json.ts";
import { OWN_SERVER } from "./message-link.ts";
import { contentOf, editContent, EXCERPT_CHARS, type MessageContent } from "./message.ts";
import { Media } from "./media.ts";
import { ENCRYPTED, roomOf, Rooms, serverOf } from "./rooms.ts";

export interface MatrixOptions {
  readonly homeserverUrl: string;
  readonly accessToken: string;
  /** Names of the servers whose users may invite the bot; empty: its own server only. */
  readonly inviteServers: readonly string[];
}

/**
 * Posts as ordinary messages whose transaction id is the delivery's key; commands come by a sync that one process holds.
 * Rooms are channels: `matrix:!room:server`.
 */
export class MatrixAdapter implements Adapter {
  readonly platform = "matrix";
  readonly excerptChars = EXCERPT_CHARS;
  readonly hasThreads = true;
  readonly #options: MatrixOptions;
  readonly #homeserver: Homeserver;
  readonly #rooms: Rooms;
  #host: Host | null = null;
  #device: Promise<Device> | null = null;
  #inbound: Inbound | null = null;

  constructor(options: MatrixOptions) {
    this.#options = options;
    this.#homeserver = new Homeserver(options);
    this.#rooms = new Rooms(this.#homeserver);
  }

  /** Asks the homeserver nothing: it may be down, and posting waits for it by itself. */
  async start(host: Host): Promise<void> {
    this.#host = host;
    const inbound = new Inbound({
      homeserver: this.#homeserver,
      media: new Media(this.#options),
      rooms: this.#rooms,
      host,
      inviteServers: this.#options.inviteServers,
      device: async () => await this.#whoWeAre(),
    });
    this.#inbound = inbound;
    host.own("sync", async (signal, say) => await inbound.run(signal, say));
    await Promise.resolve();
  }

  render(outgoing: Outgoing): string {
    return JSON.stringify(contentOf(outgoing));
  }

  async post(delivery: Delivery, attempt: Attempt): Promise<string> {
    const room = await this.#writableRoom(delivery.channel, attempt.signal);
    const content = {
      ...(JSON.parse(delivery.message) as MessageContent),
      ...(delivery.aim.kind === "thread" ? threadOf(delivery.aim.ref) : {}),
      [DELIVERY_KEY]: { key: delivery.key },
    };
    return await this.#homeserver.post(room, delivery.key, content, attempt);
  }

  async find(delivery: Delivery): Promise<Found> {
    const room = roomOf(delivery.channel);
    if (room === null) return { kind: "absent" };
    try {
      return await findDelivery(this.#homeserver, await this.#whoWeAre(), room, delivery);
    } catch (error) {
      return foundAfter(error);
    }
  }

  headlines(message: string): readonly string[] {
    return headlinesOf(JSON.parse(message) as MessageContent);
  }

  async shownSince(channel: string, sinceMs: number): Promise<Shown> {
    const room = roomOf(channel);
    if (room === null) return { kind: "shown", messages: [] };
    try {
      return await shownSince(this.#homeserver, await this.#whoWeAre(), room, sinceMs);
    } catch (error) {
      return foundAfter(error);
    }
  }

  /** Clients mark the message as edited by themselves; an event that replaces another notifies nobody, and mentions nobody. */
  async edit(delivery: Delivery, ref: string, attempt: Attempt): Promise<void> {
    const room = await this.#writableRoom(delivery.channel, attempt.signal);
    const original = await this.#homeserver.event(room, ref, attempt.signal).catch((error: unknown) => {
      throw statusOf(error) === 404 ? gone(error) : deliveryErrorOf(error, false);
    });
    if (original.unsigned?.redacted_because !== undefined) throw gone(null);
    const wanted = JSON.parse(delivery.message) as MessageContent;
    const latest = recordOf(recordOf(original.unsigned?.["m.relations"])["m.replace"]);
    const shown = recordOf(recordOf(latest["content"])["m.new_content"]);
    // Behind the time for which the homeserver knows a transaction, and with another device, it would be an event more.
    if (shown["formatted_body"] === wanted.formatted_body && shown["body"] === wanted.body) return;
    await this.#homeserver.post(room, delivery.key, editContent(wanted, ref), attempt);
  }

  async stop(): Promise<void> {
    await this.#inbound?.stop();
  }

  /** The room of a channel, when something may be said there in clear text. */
  async #writableRoom(channel: string, signal: AbortSignal): Promise<string> {
    const room = roomOf(channel);
    if (room === null) throw new DeliveryError("channel-unusable", `“${channel}” is no Matrix room`);
    const isEncrypted = await this.#rooms.isEncrypted(room, signal).catch((error: unknown) => {
      throw deliveryErrorOf(error, false);
    });
    if (isEncrypted) throw new DeliveryError("channel-unusable", ENCRYPTED);
    return room;
  }

  /** Asked once; asked again only after a failure. */
  async #whoWeAre(): Promise<Device> {
    this.#device ??= this.#askWhoWeAre();
    try {
      return await this.#device;
    } catch (error) {
      this.#device = null;
      throw error;
    }
  }

  async #askWhoWeAre(): Promise<Device> {
    const identity = await this.#homeserver.whoami();
    const host = this.#host;
    if (host === null) throw new Error("the adapter was not started");
    await host.memory.set(OWN_SERVER, serverOf(identity.userId));
    const name = `device:${identity.userId}`;
    const known = JSON.parse((await host.memory.get(name)) ?? "null") as { id: string; sinceMs: number } | null;
    if (known?.id === identity.deviceId) return { ...identity, sinceMs: known.sinceMs };
    // What is remembered lies where the deliveries lie: without it none is older than this device.
    const now = { id: identity.deviceId, sinceMs: known === null ? 0 : Date.now() };
    await host.memory.set(name, JSON.stringify(now));
    if (known !== null)
      host.log.warn({ device: now.id, before: known.id }, "a new device: what it repeats is new to the homeserver");
    if (now.id === "")
      host.log.warn("the access token has no device: the homeserver does not know repeated messages again");
    return { ...identity, sinceMs: now.sinceMs };
  }
}

function threadOf(root: string): object {
  // For clients that know no threads it is a reply.
  const reply = { is_falling_back: true, "m.in_reply_to": { event_id: root } };
  return { "m.relates_to": { rel_type: "m.thread", event_id: root, ...reply } };
}

function gone(cause: unknown): DeliveryError {
  return new DeliveryError("message-rejected", "the message was deleted", { cause });
}

import {
  type APIChannel,
  type APIMessage,
  ChannelType,
  ComponentType,
  MessageFlags,
  PermissionFlagsBits,
  RequestMethod,
  RESTJSONErrorCodes,
  Routes,
} from "discord.js";
import {
  type AdapterMemory,
  type Attempt,
  type Delivery,
  DeliveryError,
  type FeedRef,
  type Found,
  type Shown,
  type ShownMessage,
} from "../../src/adapter.ts";
import { DigestThreads, threadOf } from "./digest-thread.ts";
import { refusalCode } from "./errors.ts";
import { ForumThreads } from "./forum.ts";
import { findInHistory, shownInHistory, unanswered } from "./history.ts";
import { type Components, withMarkers } from "./marker.ts";
import { channelIdOf, rememberGuild } from "./message-link.ts";
import { allowedMentions } from "./mention.ts";
import { parseRendered, type Rendered } from "./render.ts";
import type { DiscordRest } from "./rest.ts";
import { namesOf, rightsFor, rightsIn, THREADS } from "./rights.ts";

const codes = RESTJSONErrorCodes;
const ADVICE_MS = 3000;
/** By how much history may lag behind what was accepted. */
const SECOND_LOOK_MS = 2000;

/** What a new message shows and whom it calls. */
interface Called {
  readonly components: Components;
  readonly mention: string | undefined;
}

/** Posting, looking and editing, by REST alone: it works whether the gateway is up or not. */
export class Poster {
  readonly #rest: DiscordRest;
  readonly #forums: ForumThreads;
  readonly #threads: DigestThreads;
  readonly #memory: () => AdapterMemory;
  /** What kind a channel is never changes; who may do what in it is asked anew each time. */
  readonly #channels = new Map<string, APIChannel>();

  /** Channels whose guild was written down by this process. */
  readonly #remembered = new Set<string>();
  readonly #secondLookMs: number;

  constructor(rest: DiscordRest, memory: () => AdapterMemory, secondLookMs = SECOND_LOOK_MS) {
    this.#rest = rest;
    this.#memory = memory;
    this.#secondLookMs = secondLookMs;
    this.#forums = new ForumThreads(rest, memory);
    this.#threads = new DigestThreads(rest);
  }

  async post(delivery: Delivery, attempt: Attempt): Promise<string> {
    const channel = await this.#channel(delivery.channel, attempt.signal);
    const rendered = parseRendered(delivery.message);
    await this.#remember(channel);
    const { aim } = delivery;
    try {
      if (aim.kind === "thread") {
        const threadId = await this.#threads.findOrMake(channel, aim.ref, attempt.signal);
        return await this.#send(threadId, delivery, rendered, attempt);
      }
      if (!isForum(channel)) return await this.#send(channel.id, delivery, rendered, attempt);
      const threadId = await this.#forums.findOrMake(channel, rendered.feed, attempt.signal);
      return await this.#sendToThread(channel, threadId, delivery, rendered, attempt);
    } catch (error) {
      const forThread = PermissionFlagsBits.SendMessagesInThreads | THREADS;
      throw await this.#advised(error, channel, aim.kind === "thread" ? forThread : rightsFor(channel));
    }
  }

  async #remember(channel: APIChannel): Promise<void> {
    if (this.#remembered.has(channel.id)) return;
    if (await rememberGuild(this.#memory(), channel.id, guildOf(channel))) this.#remembered.add(channel.id);
  }

  /** A thread that somebody deleted is made again, once. */
  async #sendToThread(
    forum: APIChannel,
    threadId: string,
    delivery: Delivery,
    rendered: Rendered,
    attempt: Attempt,
  ): Promise<string> {
    try {
      return await this.#send(threadId, delivery, rendered, attempt);
    } catch (error) {
      if (codeOf(error) !== codes.UnknownChannel) throw error;
      await this.#forums.forget(forum.id, rendered.feed);
      const next = await this.#forums.findOrMake(forum, rendered.feed, attempt.signal);
      return await this.#send(next, delivery, rendered, attempt);
    }
  }

  async #send(
    channelId: string,
    delivery: Delivery,
    { components, mention }: Rendered,
    attempt: Attempt,
  ): Promise<string> {
    return await this.#unarchiving(channelId, attempt.signal, async () =>
      evenBare(
        components,
        async (some) => await this.#create(channelId, delivery.key, { components: some, mention }, attempt),
      ),
    );
  }

  async #create(channelId: string, key: string, { components, mention }: Called, attempt: Attempt): Promise<string> {
    const body = {
      flags: MessageFlags.IsComponentsV2,
      components: withMarkers(components, key),
      allowed_mentions: allowedMentions(mention),
      nonce: key,
      enforce_nonce: true,
    };
    try {
      const route = Routes.channelMessages(channelId);
      const made = await this.#rest.request<APIMessage>(RequestMethod.Post, route, { body, attempt });
      return `${channelId}/${made.id}`;
    } catch (error) {
      // An earlier copy landed and was deleted: it was seen, and Discord makes no second one (pull request 6647 of the documents).
      if (codeOf(error) === codes.UnknownMessage) return `${channelId}/0`;
      throw error;
    }
  }

  async find(delivery: Delivery): Promise<Found> {
    try {
      const channel = await this.#channel(delivery.channel);
      const where = { channelId: channel.id, rightsOf: channel, secondLookMs: this.#secondLookMs };
      const { aim } = delivery;
      if (aim.kind === "thread")
        return await findInHistory(this.#rest, delivery, { ...where, channelId: threadOf(aim.ref) }).catch(
          withoutThread,
        );
      if (!isForum(channel)) return await findInHistory(this.#rest, delivery, where);
      const threadId = await this.#forums.find(channel, parseRendered(delivery.message).feed);
      // Before the first message goes into a thread, the thread is remembered: no thread, no message.
      if (threadId === null) return { kind: "absent" };
      return await findInHistory(this.#rest, delivery, { ...where, channelId: threadId });
    } catch (error) {
      return unanswered(error);
    }
  }

  async shownSince(channel: string, sinceMs: number, feeds: readonly FeedRef[]): Promise<Shown> {
    try {
      const place = await this.#channel(channel);
      if (!isForum(place)) return await shownInHistory(this.#rest, sinceMs, { channelId: place.id, rightsOf: place });
      const messages: ShownMessage[] = [];
      for (const feed of [null, ...feeds]) {
        const threadId = await this.#forums.find(place, feed);
        if (threadId === null) continue;
        const shown = await shownInHistory(this.#rest, sinceMs, { channelId: threadId, rightsOf: place }).catch(
          noThread,
        );
        if (shown.kind !== "shown") return shown;
        messages.push(...shown.messages);
      }
      return { kind: "shown", messages: messages.sort((a, b) => Number(sentAt(a.ref) - sentAt(b.ref))) };
    } catch (error) {
      return unanswered(error);
    }
  }

  /** Clients mark the message as edited by themselves, and an edit notifies nobody. */
  async edit({ message, key }: Delivery, ref: string, attempt: Attempt): Promise<void> {
    const [channelId = "", messageId = ""] = ref.split("/");
    const route = Routes.channelMessage(channelId, messageId);
    await this.#unarchiving(channelId, attempt.signal, async () =>
      evenBare(parseRendered(message).components, async (components) => {
        const body = { components: withMarkers(components, key), allowed_mentions: { parse: [] } };
        await this.#rest.request(RequestMethod.Patch, route, { body, attempt });
      }),
    );
  }

  /** 50083: a thread that fell asleep is opened once. */
  async #unarchiving<T>(channelId: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (codeOf(error) !== codes.InvalidActionOnArchivedThread) throw error;
      await this.#rest.request(RequestMethod.Patch, Routes.channel(channelId), { body: { archived: false }, signal });
      return await run();
    }
  }

  async #channel(channel: string, signal?: AbortSignal): Promise<APIChannel> {
    const id = channelIdOf(channel);
    if (!/^\d{1,20}$/.test(id)) throw new DeliveryError("channel-unusable", `“${id}” is no Discord channel`);
    const known = this.#channels.get(id);
    if (known !== undefined) return known;
    const asked = signal === undefined ? {} : { signal };
    const found = await this.#rest.request<APIChannel>(RequestMethod.Get, Routes.channel(id), asked);
    this.#channels.set(id, found);
    return found;
  }

  /** Says which permission is missing, if that can be found out. */
  async #advised(error: unknown, channel: APIChannel, needed: bigint): Promise<unknown> {
    const isRight = codeOf(error) === codes.MissingPermissions;
    if (!isRight || !(error instanceof DeliveryError)) return error;
    try {
      const held = await rightsIn(this.#rest, channel, AbortSignal.timeout(ADVICE_MS));
      const missing = namesOf(needed & ~held);
      if (missing.length === 0) return error;
      const why = `Planetwire lacks ${missing.map((name) => `“${name}”`).join(" and ")} here: allow it in the channel's settings, under Permissions`;
      return new DeliveryError(error.kind, why, { cause: error });
    } catch {
      return error;
    }
  }
}

/** A thread is made before anything is sent to it: no thread, no message. */
function withoutThread(error: unknown): Found {
  if (codeOf(error) !== codes.UnknownChannel) throw error;
  return { kind: "absent" };
}

/** Ids of messages rise with time. */
function sentAt(ref: string): bigint {
  return BigInt(ref.slice(ref.indexOf("/") + 1));
}

/** A thread that somebody deleted shows nothing. */
function noThread(error: unknown): Shown {
  if (codeOf(error) !== codes.UnknownChannel) throw error;
  return { kind: "shown", messages: [] };
}

function codeOf(error: unknown): number | null {
  return error instanceof DeliveryError ? refusalCode(error.cause) : null;
}

function guildOf(channel: APIChannel): string {
  return "guild_id" in channel ? (channel.guild_id ?? "") : "";
}

function isForum(channel: APIChannel): boolean {
  return channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia;
}

/** What Discord dislikes is most likely a picture's address: the words are worth more. */
async function evenBare<T>(components: Components, send: (components: Components) => Promise<T>): Promise<T> {
  try {
    return await send(components);
  } catch (error) {
    const bare = withoutPictures(components);
    if (codeOf(error) !== codes.InvalidFormBodyOrContentType || bare === components) throw error;
    return await send(bare);
  }
}

/** The same object when there is no picture in it. */
function withoutPictures(components: Components): Components {
  const hasPicture = /"type":1[12],/.test(JSON.stringify(components));
  if (!hasPicture) return components;
  return components.map((one) => {
    if (one.type !== ComponentType.Container) return one;
    const children = one.components.flatMap((child) => {
      if (child.type === ComponentType.MediaGallery) return [];
      return child.type === ComponentType.Section ? child.components : [child];
    });
    return { ...one, components: children };
  });
}

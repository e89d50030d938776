import { channelRoutes } from "./channel-routes.ts";
import { botRoutes } from "./bot-routes.ts";
import { GatewaySide } from "./gateway.ts";
import { guildEvent, guildsWithBot, readyEvent } from "./gateway-objects.ts";
import { HttpSide } from "./http.ts";
import { type Deadlines, interactionRoutes } from "./interaction-routes.ts";
import type { Json } from "./json.ts";
import { messageRoutes } from "./message-routes.ts";
import { threadRoutes } from "./thread-routes.ts";
import { channelObject } from "./objects.ts";
import { openApiIfPresent } from "./openapi.ts";
import { permission } from "./permissions.ts";
import { Person } from "./person.ts";
import { RateLimits, type RateLimitSettings } from "./rate-limits.ts";
import { seeMessage, type SeenMessage } from "./seen.ts";
import type { State } from "./state.ts";
import { Trouble, type TroubleSettings } from "./trouble.ts";
import {
  addChannel,
  addGuild,
  addMember,
  type Channel,
  type ChannelDraft,
  createWorld,
  type Guild,
  type Message,
  threadsOf,
} from "./world.ts";

export const TOKEN = "a-token";
const everyone = permission.viewChannel | permission.readMessageHistory | permission.sendMessages;
/** What the invite link asks for. */
const botRights = everyone | permission.embedLinks | permission.sendMessagesInThreads | permission.createPublicThreads;

export interface ServerOptions {
  readonly trouble?: Partial<TroubleSettings>;
  readonly limits?: Partial<RateLimitSettings>;
}

/** Discord, played after its documents on loopback: REST, gateway, and the people who look on. */
export class DiscordServer {
  readonly state: State;
  readonly http: HttpSide;
  readonly gateway: GatewaySide;
  readonly guild: Guild;
  readonly limits: RateLimits;
  readonly deadlines: Deadlines = { answerMs: 3000, tokenMs: 15 * 60_000 };
  shards = 1;
  #address = "";
  #waiting = new Set<() => void>();

  private constructor(options: ServerOptions) {
    const world = createWorld(TOKEN);
    this.limits = new RateLimits({ limit: 50, windowMs: 1000, globalPerSecond: 50, ...options.limits });
    this.state = {
      world,
      trouble: new Trouble(options.trouble),
      interactions: new Map(),
      nonces: new Map(),
      writes: 0,
      repeats: 0,
      dispatch: (event, data, guildId) => this.gateway.dispatch(event, data, guildId),
      onAccepted: () => undefined,
      changed: () => this.#wake(),
    };
    this.http = new HttpSide({
      routes: this.#routes(),
      limits: this.limits,
      openApi: openApiIfPresent(),
      token: () => world.token,
      file: (id) => world.attachments.get(id)?.bytes ?? null,
    });
    this.gateway = new GatewaySide(this.http.server, {
      token: () => world.token,
      shards: () => this.shards,
      ready: (session) => readyEvent(world, session, this.gatewayUrl),
      guilds: () => guildsWithBot(world).map((guild) => guildEvent(world, guild)),
    });
    this.guild = addGuild(world, "The guild", everyone, botRights);
  }

  static async start(options: ServerOptions = {}): Promise<DiscordServer> {
    const server = new DiscordServer(options);
    server.#address = await server.http.listen();
    return server;
  }

  get apiUrl(): string {
    return `http://${this.#address}/api`;
  }

  get filesUrl(): string {
    return `http://${this.#address}/attachments`;
  }

  get gatewayUrl(): string {
    return `ws://${this.#address}`;
  }

  /** What Discord's own description would not have allowed, in either direction. */
  get violations(): readonly string[] {
    return this.http.violations;
  }

  addChannel(draft: ChannelDraft = { name: "news" }): Channel {
    const channel = addChannel(this.state.world, this.guild, draft);
    const event = channel.thread === null ? "CHANNEL_CREATE" : "THREAD_CREATE";
    this.gateway.dispatch(event, channelObject(channel), channel.guildId);
    return channel;
  }

  deleteChannel(channel: Channel): void {
    this.state.world.channels.delete(channel.id);
    this.gateway.dispatch("CHANNEL_DELETE", channelObject(channel), channel.guildId);
  }

  /** Takes rights from the bot in a channel, or gives all back. */
  deny(channel: Channel, deny: bigint): void {
    channel.overwrites = [{ id: this.state.world.bot.id, type: 1, allow: 0n, deny }];
    this.gateway.dispatch("CHANNEL_UPDATE", channelObject(channel), channel.guildId);
  }

  addGuild(name: string): Guild {
    const guild = addGuild(this.state.world, name, everyone, botRights);
    this.gateway.dispatch("GUILD_CREATE", guildEvent(this.state.world, guild), guild.id);
    return guild;
  }

  removeBot(guild: Guild): void {
    guild.members.delete(this.state.world.bot.id);
    this.gateway.dispatch("GUILD_DELETE", { id: guild.id }, guild.id);
  }

  deleteMessage(channelId: string, messageId: string): void {
    const message = this.#channel(channelId).messages.find((one) => one.id === messageId);
    if (message === undefined) throw new Error("there is no such message");
    message.deleted = true;
    this.gateway.dispatch("MESSAGE_DELETE", { id: messageId, channel_id: channelId }, this.#channel(channelId).guildId);
  }

  person(name: string, permissions: bigint, guild = this.guild): Person {
    return new Person(this.state, this, addMember(this.state.world, guild, name, permissions));
  }

  manager(name = "manager"): Person {
    return this.person(name, everyone | permission.manageChannels);
  }

  /** What everybody sees in a channel, oldest first; of a forum, what its threads show. */
  seen(channelId: string): SeenMessage[] {
    const channel = this.#channel(channelId);
    const all = [channel, ...threadsOf(this.state.world, channelId)].flatMap((one) => one.messages);
    return all.filter(isPublic).map((message) => seeMessage(this.state.world, message));
  }

  /** What nobody but this person sees. */
  seenOnlyBy(person: Person, channelId: string): SeenMessage[] {
    return this.#channel(channelId)
      .messages.filter((one) => one.ephemeralFor === person.user.id && !one.deleted)
      .map((message) => seeMessage(this.state.world, message));
  }

  threads(channel: Channel): Channel[] {
    return threadsOf(this.state.world, channel.id);
  }

  /** What `look` finds. Throws when that is nothing in all this time. */
  async until<T>(look: () => T | null, waitMs: number): Promise<T> {
    const found = await this.soon(look, waitMs);
    if (found === null) throw new Error(`not within ${String(waitMs)} ms`);
    return found;
  }

  /** The same; null when it finds nothing. */
  async soon<T>(look: () => T | null, waitMs: number): Promise<T | null> {
    const endMs = performance.now() + waitMs;
    for (;;) {
      const found = look();
      const leftMs = endMs - performance.now();
      if (found !== null || leftMs <= 0) return found;
      await this.#change(leftMs);
    }
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.http.close();
  }

  #channel(id: string): Channel {
    const channel = this.state.world.channels.get(id);
    if (channel === undefined) throw new Error(`there is no channel ${id}`);
    return channel;
  }

  #routes(): ConstructorParameters<typeof HttpSide>[0]["routes"] {
    return [
      ...botRoutes(
        this.state,
        () => this.gatewayUrl,
        () => this.shards,
      ),
      ...interactionRoutes(this.state, this.deadlines),
      ...channelRoutes(this.state),
      ...messageRoutes(this.state),
      ...threadRoutes(this.state),
    ];
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  async #change(leftMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, leftMs);
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function isPublic(message: Message): boolean {
  return message.ephemeralFor === null && !message.deleted && !isEmptyBody(message.body);
}

/** A deferral shows nothing but that somebody is thinking. */
function isEmptyBody(body: Json): boolean {
  return (
    ["embeds", "components"].every((name) => (body[name] as readonly unknown[]).length === 0) && body["content"] === ""
  );
}

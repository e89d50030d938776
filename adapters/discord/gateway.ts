import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientOptions, Events, GatewayIntentBits, Options } from "discord.js";
import type { Host } from "../../src/adapter.ts";
import { isTokenRefused } from "./errors.ts";
import { answerInteraction } from "./interactions.ts";
import { register } from "./register.ts";
import type { DiscordRest, RestOptions } from "./rest.ts";
import { watchChannels } from "./watch-channels.ts";

/** Discord allows 1000 identifies a day and then resets the token: whatever keeps failing is tried ever more rarely. */
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 300_000;
/** The process has 10 s to stop in. */
const END_MS = 2000;

/**
 * The gateway connection, for commands and for news of channels; posting does not need it. Sharded as Discord recommends. A
 * token or connection that is refused pauses this side alone, with the reason in the log.
 */
export class Gateway {
  readonly #options: RestOptions;
  readonly #rest: DiscordRest;
  readonly #host: Host;
  #failures = 0;

  constructor(options: RestOptions, rest: DiscordRest, host: Host) {
    this.#options = options;
    this.#rest = rest;
    this.#host = host;
  }

  /** Returns when `signal` aborts, or when the connection is beyond repair and the time to wait is over. */
  async run(signal: AbortSignal, say: (isUp: boolean) => void): Promise<void> {
    try {
      await this.#register(signal);
      await this.#connected(signal, say);
    } catch (error) {
      say(false);
      if (signal.aborted) return;
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS);
      this.#failures += 1;
      this.#host.log.error(
        { err: error, waitMs },
        "Discord's gateway is refused: commands pause, posts go on being tried; see `npm run doctor`",
      );
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #register(signal: AbortSignal): Promise<void> {
    try {
      if (await register(this.#rest, this.#host.commands, signal)) this.#host.log.info("told Discord the commands");
    } catch (error) {
      const cause = error instanceof Error ? error.cause : null;
      if (isTokenRefused(cause)) throw error;
      // Those of the last time go on working.
      this.#host.log.warn({ err: error }, "the commands could not be compared with those that Discord has");
    }
  }

  async #connected(signal: AbortSignal, say: (isUp: boolean) => void): Promise<void> {
    if (signal.aborted) return;
    const client = new Client(clientOptions(this.#options));
    watchShards(client, say);
    const beyondRepair = this.#listen(client);
    const stopped = once(signal, "abort");
    const login = client.login(this.#options.token);
    try {
      // A close code that allows no return leaves `login` waiting for ever.
      await Promise.race([login, beyondRepair, stopped]);
      await Promise.race([beyondRepair, stopped]);
    } finally {
      // A client that is destroyed while it logs in logs in once more, and stays.
      await atMost(login, END_MS);
      await atMost(client.destroy(), END_MS);
    }
  }

  #listen(client: Client): Promise<never> {
    const host = this.#host;
    client.on(Events.InteractionCreate, (interaction) => void answerInteraction(host, interaction));
    client.on(Events.ShardReady, (shard) => {
      this.#failures = 0;
      host.log.info({ shard, guilds: client.guilds.cache.size }, "connected to Discord's gateway");
    });
    client.on(Events.Error, (error) => host.log.warn({ err: error }, "Discord's gateway has trouble"));
    client.on(Events.ShardError, (error, shard) => host.log.warn({ err: error, shard }, "a shard has trouble"));
    watchChannels(host, client);
    return new Promise((_resolve, reject) => {
      client.on(Events.ShardDisconnect, ({ code }) => reject(new Error(closeReason(code))));
      client.on(Events.Invalidated, () => reject(new Error("Discord ended the session")));
    });
  }
}

/** The connection is up when all its shards are. */
function watchShards(client: Client, say: (isUp: boolean) => void): void {
  const down = new Set<number>();
  const note = (): void => say(client.isReady() && down.size === 0);
  const isDown = (shard: number): void => {
    down.add(shard);
    note();
  };
  const isUp = (shard: number): void => {
    down.delete(shard);
    note();
  };
  client.on(Events.ClientReady, note);
  client.on(Events.ShardReady, isUp);
  client.on(Events.ShardResume, isUp);
  client.on(Events.ShardReconnecting, isDown);
  client.on(Events.ShardDisconnect, (_event, shard) => isDown(shard));
}

/** Waits for something to end, however it does, but not for long. */
async function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: over.signal })]).catch(() => undefined);
  over.abort();
}

/** Topics / Opcodes and Status Codes, "Gateway Close Event Codes": those after which connecting again cannot help. */
function closeReason(code: number): string {
  const reasons: Readonly<Record<number, string>> = {
    4004: "the token is wrong: take a new one from the Developer Portal, under Bot",
    4010: "the shard is impossible",
    4011: "Discord asks for more shards",
    4013: "an intent is unknown",
    4014: "an intent is not allowed for this application",
  };
  return `Discord closed the connection with ${String(code)}: ${reasons[code] ?? "no return"}`;
}

/** Only what commands need is kept in memory: guilds, roles and channels come whatever one does. */
function clientOptions({ apiUrl }: RestOptions): ClientOptions {
  const none = { maxSize: 0 };
  return {
    intents: [GatewayIntentBits.Guilds],
    shards: "auto",
    allowedMentions: { parse: [] },
    rest: {
      api: apiUrl,
      version: "10",
      userAgentAppendix: "Planetwire",
      // No retries behind our back: what is shared with a channel would be there twice.
      retries: 0,
      // Its own way goes through the dispatcher of whichever undici was loaded first, and a newer one cannot send its forms, so no files.
      makeRequest: async (url, { dispatcher: _dispatcher, ...init }) => await fetch(url, init),
    },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      UserManager: { ...none, keepOverLimit: (user) => user.id === user.client.user.id },
      GuildMemberManager: { ...none, keepOverLimit: (member) => member.id === member.client.user.id },
      PresenceManager: 0,
      ReactionManager: 0,
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      VoiceStateManager: 0,
    }),
  };
}

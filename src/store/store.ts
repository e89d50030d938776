import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { AdapterStore } from "./adapter-store.ts";
import { ChannelStore } from "./channel-store.ts";
import { type Address, connect } from "./connection.ts";
import { EntryStore } from "./entry-store.ts";
import { FeedStore } from "./feed-store.ts";
import { HostGates, type Release } from "./host-gate.ts";
import { ImportStore } from "./import-store.ts";
import { installationKey, shardCountKey } from "./keys.ts";
import { LedgerStore } from "./ledger-store.ts";
import { LinkStore } from "./link-store.ts";
import { ensurePrivateRedis, socketPath } from "./private-redis.ts";
import { Queues } from "./queue.ts";
import { RecentSearches } from "./recent-searches.ts";
import { readRestoration, type Restoration } from "./restoration.ts";
import { settingsProblems } from "./redis-settings.ts";
import { SearchStore } from "./search-store.ts";
import { bringUpToDate, type NewerStateError, STATE_VERSION, watchVersion } from "./state-version.ts";

const PROGRAM = "planetwire-";
const DEFAULT_SHARDS = 8;
const REFUSE_AFTER_MS = 3000;
const PATIENCE_MS = 10_000;

export interface StoreOptions {
  /** null: the private Redis in `dataDir`. */
  readonly redisUrl: string | null;
  readonly dataDir: string;
  readonly lockMs: number;
  /** From a change of an entry until its message is edited; a minute unless said. */
  readonly editWaitMs?: number;
  /** Only one bot may use a private Redis; any number of short-lived commands may. */
  readonly role: "bot" | "command" | "backup" | "restore";
  readonly onError: (error: unknown, where: string) => void;
  readonly onWarning: (text: string) => void;
  /** A newer version of Planetwire takes the state over: this process must write nothing any more. */
  readonly onNewerState?: (error: NewerStateError) => void;
}

/** A connection, and how it is called in the list of clients. */
export interface OpenRedis {
  readonly redis: Redis;
  readonly name: string;
}

class StoreError extends Error {
  override readonly name = "StoreError";
}

interface State {
  readonly installation: string;
  readonly shardCount: number;
  readonly restoration: Restoration | null;
}

interface Client {
  readonly id: number;
  readonly name: string;
}

/** Everything that is kept, and the queues. */
export class Store {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly links: LinkStore;
  readonly imports: ImportStore;
  readonly search: SearchStore;
  readonly recentSearches: RecentSearches;
  readonly entries: EntryStore;
  readonly ledger: LedgerStore;
  readonly queues: Queues;
  readonly installation: string;
  readonly shardCount: number;
  /** null for a state that was never restored from a backup. */
  readonly restoration: Restoration | null;
  readonly #endWatch: () => void;
  readonly #redis: Redis;
  readonly #gates: HostGates;
  readonly #options: StoreOptions;
  readonly #name: string;

  private constructor({ redis, name }: OpenRedis, options: StoreOptions, state: State) {
    const { installation, shardCount, restoration } = state;
    this.#redis = redis;
    this.#options = options;
    this.#name = name;
    this.installation = installation;
    this.shardCount = shardCount;
    this.restoration = restoration;
    this.#endWatch = watchVersion(redis, STATE_VERSION, options.onNewerState ?? ((): void => undefined));
    this.feeds = new FeedStore(redis);
    this.channels = new ChannelStore(redis, options.editWaitMs);
    this.links = new LinkStore(redis);
    this.imports = new ImportStore(redis);
    this.search = new SearchStore(redis);
    this.recentSearches = new RecentSearches(redis);
    this.#gates = new HostGates(redis, shardCount, options.lockMs);
    this.entries = new EntryStore(redis);
    this.ledger = new LedgerStore(redis);
    this.queues = new Queues(redis, options, options.onError);
  }

  /** Connects as `openRedis`, and brings the state to this version. Throws `StateError`, too. */
  static async open(options: StoreOptions): Promise<Store> {
    const opened = await openRedis(options);
    const { redis, name } = opened;
    try {
      await bringUpToDate(redis);
      await redis.setnx(installationKey, randomBytes(12).toString("base64url"));
      await redis.setnx(shardCountKey, DEFAULT_SHARDS);
      const [installation, shards] = await Promise.all([redis.get(installationKey), redis.get(shardCountKey)]);
      const restoration = await readRestoration(redis);
      return new Store(opened, options, { installation: installation ?? "", shardCount: Number(shards), restoration });
    } catch (error) {
      await closeRedis(redis, name, options);
      throw error;
    }
  }

  async nowMs(): Promise<number> {
    const [seconds = "0", micros = "0"] = (await this.#redis.time()).map(String);
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  }

  /** null when a request to the host is under way, or ended less than `pauseMs` ago. */
  async enterHost(host: string, pauseMs: number): Promise<Release | null> {
    return await this.#gates.enter(host, pauseMs);
  }

  adapter(platform: string): AdapterStore {
    return new AdapterStore(this.#redis, platform);
  }

  /** Closes everything, as `closeRedis`. */
  async close(): Promise<void> {
    this.#endWatch();
    await this.queues.stop();
    await closeRedis(this.#redis, this.#name, this.#options);
  }
}

/** Connects, starting the private Redis where none is given. Throws `StoreError` or `PrivateRedisError` with what to do. */
export async function openRedis(options: StoreOptions): Promise<OpenRedis> {
  const { redisUrl, dataDir, role } = options;
  const address: Address = redisUrl === null ? { socket: socketPath(dataDir) } : { url: redisUrl };
  const name = `${PROGRAM}${role}-${String(process.pid)}-${randomBytes(4).toString("hex")}`;
  if (redisUrl === null) await ensurePrivateRedis(dataDir);
  const redis = connect(address, name);
  redis.on("error", (error) => options.onError(error, "redis"));
  if (redisUrl === null) superviseOnClose(redis, options);
  try {
    await ready(redis);
    if (redisUrl === null && role === "bot") await refuseSecondBot(redis, name, dataDir);
    if (redisUrl !== null && role === "bot") await checkSettings(redis, options.onWarning);
    return { redis, name };
  } catch (error) {
    redis.removeAllListeners("close");
    redis.disconnect();
    throw error;
  }
}

/** The last one to leave a private Redis shuts it down. */
export async function closeRedis(redis: Redis, name: string, { redisUrl }: StoreOptions): Promise<void> {
  redis.removeAllListeners("close");
  if (redisUrl === null && (await otherClients(redis, name)).length === 0) await shutDown(redis);
  redis.disconnect();
}

/** Names of all connections of other Planetwire processes to this Redis. */
export async function otherClients(redis: Redis, name: string): Promise<string[]> {
  return (await planetwireClients(redis)).map((client) => client.name).filter((other) => other !== name);
}

/** Redis may be on its way up, as after a restart of the machine: it gets `PATIENCE_MS`. */
async function ready(redis: Redis): Promise<void> {
  const up = new Promise<boolean>((resolve) => redis.once("ready", () => resolve(true)));
  redis.connect().catch(() => undefined);
  if (await Promise.race([up, sleep(PATIENCE_MS, false, { ref: false })])) return;
  const { host = "", port = 0, path } = redis.options;
  throw new StoreError(
    `Redis does not answer at ${path ?? `${host}:${String(port)}`}. Is it running, and is REDIS_URL right?`,
  );
}

/** Every failed attempt to reconnect closes again, so this goes on until the server is back. */
function superviseOnClose(redis: Redis, options: StoreOptions): void {
  let busy = false;
  redis.on("close", () => {
    if (busy) return;
    busy = true;
    ensurePrivateRedis(options.dataDir)
      .catch((error: unknown) => options.onError(error, "redis"))
      .finally(() => {
        busy = false;
      });
  });
}

async function planetwireClients(redis: Redis): Promise<Client[]> {
  const list = String(await redis.client("LIST"));
  const clients = list.split("\n").map((line) => ({
    id: Number(/\bid=(\d+)/.exec(line)?.[1]),
    name: /\bname=(\S*)/.exec(line)?.[1] ?? "",
  }));
  return clients.filter((client) => client.name.startsWith(PROGRAM));
}

/** A connection ends with its process, however that ends, so the list of clients tells who is alive. The older one stays. */
async function refuseSecondBot(redis: Redis, name: string, dataDir: string): Promise<void> {
  for (const started = Date.now(); ; await sleep(100)) {
    const bots = (await planetwireClients(redis)).filter((client) => client.name.startsWith(`${PROGRAM}bot-`));
    const own = Math.min(...bots.filter((bot) => bot.name === name).map((bot) => bot.id));
    if (!bots.some((bot) => bot.name !== name && bot.id < own)) return;
    if (Date.now() - started < REFUSE_AFTER_MS) continue;
    throw new StoreError(
      `Another bot uses the private Redis of ${dataDir} already. Stop it first, give this one a DATA_DIR of its own, or run both on one Redis with REDIS_URL.`,
    );
  }
}

async function checkSettings(redis: Redis, onWarning: (text: string) => void): Promise<void> {
  let settings: Record<string, string>;
  try {
    const reply = (await redis.call("CONFIG", "GET", "append*", "maxmemory*")) as string[] | Record<string, string>;
    settings = Array.isArray(reply)
      ? Object.fromEntries(reply.flatMap((value, i) => (i % 2 === 0 ? [[value, reply[i + 1] ?? ""]] : [])))
      : reply;
  } catch {
    onWarning(
      "This Redis does not show its settings, so it could not be checked that it keeps what it acknowledged (appendonly yes, appendfsync always, maxmemory-policy noeviction).",
    );
    return;
  }
  const { warnings, refusal } = settingsProblems(settings);
  for (const warning of warnings) onWarning(warning);
  if (refusal !== null) throw new StoreError(refusal);
}

async function shutDown(redis: Redis): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    redis.once("close", () => resolve());
  });
  redis.options.retryStrategy = () => null;
  // The server closes the connection instead of answering.
  redis.shutdown().catch(() => undefined);
  await Promise.race([ended, sleep(3000, undefined, { ref: false })]);
}

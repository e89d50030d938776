import { randomBytes } from "node:crypto";
import { AdapterStore } from "./adapter-store.ts";
import { ChannelStore } from "./channel-store.ts";
import { readTime } from "./clock.ts";
import type { CommandTally } from "./command-tally.ts";
import type { Redis } from "./connection.ts";
import { EntryStore } from "./entry-store.ts";
import { FeedStore } from "./feed-store.ts";
import { HostGates, type Release } from "./host-gate.ts";
import { ImportStore } from "./import-store.ts";
import { installationKey, shardCountKey } from "./keys.ts";
import { LedgerStore } from "./ledger-store.ts";
import { LinkStore } from "./link-store.ts";
import { OperatingStore } from "./operating-store.ts";
import { closeRedis, type OpenRedis, openRedis, type RedisOptions } from "./open-redis.ts";
import { Queues } from "./queue.ts";
import { RecentSearches } from "./recent-searches.ts";
import { readRestoration, type Restoration } from "./restoration.ts";
import { SearchStore } from "./search-store.ts";
import { bringUpToDate, type NewerStateError, STATE_VERSION, watchVersion } from "./state-version.ts";

const DEFAULT_SHARDS = 8;

export interface StoreOptions extends RedisOptions {
  readonly lockMs: number;
  /** From a change of an entry until its message is edited; a minute unless said. */
  readonly editWaitMs?: number;
  /** A newer version of Planetwire takes the state over: this process must write nothing any more. */
  readonly onNewerState?: (error: NewerStateError) => void;
}

interface State {
  readonly installation: string;
  readonly shardCount: number;
  readonly restoration: Restoration | null;
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
  readonly operating: OperatingStore;
  readonly commandTally: CommandTally;
  readonly installation: string;
  readonly shardCount: number;
  /** null for a state that was never restored from a backup. */
  readonly restoration: Restoration | null;
  readonly #endWatch: () => void;
  readonly #redis: Redis;
  readonly #gates: HostGates;
  readonly #options: StoreOptions;
  readonly #name: string;

  private constructor({ redis, name, commandTally }: OpenRedis, options: StoreOptions, state: State) {
    const { installation, shardCount, restoration } = state;
    this.#redis = redis;
    this.operating = new OperatingStore(redis);
    this.commandTally = commandTally;
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
    return await readTime(this.#redis);
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

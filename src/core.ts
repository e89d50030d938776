import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "./command/command.ts";
import type { CommandDeps, Previews } from "./command/deps.ts";
import { createCommands } from "./command/table.ts";
import type { Config } from "./config.ts";
import { createFetcher } from "./feed/fetch/fetch.ts";
import type { HostGate } from "./feed/fetch/outcome.ts";
import { createDocumentReader } from "./feed/read/document-reader.ts";
import type { Logger } from "./logger.ts";
import { IMPORT_QUEUE } from "./import/import-queue.ts";
import { countedFetcher, PollTally } from "./operate/tallies.ts";
import type { PollDeps } from "./poll/poll-feed.ts";
import { recordLimits } from "./poll/record.ts";
import { shardOf } from "./poll/shards.ts";
import { forgetChannel, type ForgetDeps } from "./relay/forget-channel.ts";
import { finishFanOuts } from "./relay/fan-out.ts";
import { SearchIndex } from "./search/search-index.ts";
import { SearchUpkeep } from "./search/upkeep.ts";
import { tellFollowers } from "./relay/feed-notices.ts";
import { sharedClock } from "./store/clock.ts";
import type { NewerStateError } from "./store/state-version.ts";
import { Store, type StoreOptions } from "./store/store.ts";

/** How long a command waits for a host that is busy with another request of ours. */
const HOST_PATIENCE_MS = 20_000;
const HOST_RETRY_MS = 100;
const REPEAT_MS = 10_000;

/** What the bot and the command line share. */
export interface Core {
  readonly store: Store;
  readonly poll: PollDeps;
  readonly commands: readonly Command[];
  readonly commandDeps: CommandDeps;
  readonly searchUpkeep: SearchUpkeep;
  /** What this process has polled. */
  readonly polls: PollTally;
  readonly stopping: AbortController;
  /** Resolves when a newer version of Planetwire takes the state over: then this process must end. */
  readonly outdated: Promise<NewerStateError>;
  close(): Promise<void>;
}

export async function openCore(
  config: Config,
  role: StoreOptions["role"],
  previews: Previews,
  log: Logger,
): Promise<Core> {
  const { store, outdated } = await openStore(config, role, log);
  const polls = new PollTally();
  const fetcher = countedFetcher(polls, createFetcher(config.fetch));
  const reader = createDocumentReader();
  const stopping = new AbortController();
  const { installation, channels } = store;
  const search = new SearchIndex({ dataDir: config.dataDir, installation, store: store.search, log });
  const searchUpkeep = new SearchUpkeep(search, channels, stopping.signal, log);
  // A command is over before anything can be gained by it.
  const onRecorded = role === "bot" ? (feedId: string): void => searchUpkeep.note(feedId) : (): void => undefined;
  const poll = pollDeps(config, store, { fetcher, reader, onRecorded, polls }, log);
  const linkOf = linkFinder(previews, store);
  const forgetMemory = memoryForgetter(previews, store);
  const commandDeps = {
    ...depsOfCommands(config, store, poll, { stopping: stopping.signal, forgetMemory }),
    previews,
    search,
    linkOf,
  };
  return {
    store,
    poll,
    commands: createCommands(commandDeps),
    commandDeps,
    searchUpkeep,
    polls,
    stopping,
    outdated,
    close: async () => {
      stopping.abort();
      await reader.close();
      await search.close();
      await fetcher.close();
      await store.close();
    },
  };
}

async function openStore(
  config: Config,
  role: StoreOptions["role"],
  log: Logger,
): Promise<Pick<Core, "store" | "outdated">> {
  const { promise: outdated, resolve: onNewerState } = newerState();
  const store = await Store.open({
    redisUrl: config.redisUrl,
    dataDir: config.dataDir,
    lockMs: config.lockMs,
    editWaitMs: config.editWaitMs,
    role,
    onError: sayOnce(log),
    onWarning: (text) => log.warn({ text }, "Redis may lose what it acknowledged"),
    onNewerState,
  });
  return { store, outdated };
}

function newerState(): {
  readonly promise: Promise<NewerStateError>;
  readonly resolve: (error: NewerStateError) => void;
} {
  let resolve: (error: NewerStateError) => void = () => undefined;
  const promise = new Promise<NewerStateError>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Every connection says that Redis is away, every second; one line in ten seconds is enough to know. */
function sayOnce(log: Logger): StoreOptions["onError"] {
  const saidAtMs = new Map<string, number>();
  return (error, where) => {
    const reason = error instanceof Error ? error.message : String(error);
    if (Date.now() - (saidAtMs.get(reason) ?? 0) < REPEAT_MS) return;
    saidAtMs.clear();
    saidAtMs.set(reason, Date.now());
    log.warn({ where, reason }, "trouble with Redis");
  };
}

function pollDeps(
  config: Config,
  store: Store,
  {
    fetcher,
    reader,
    onRecorded,
    polls,
  }: Pick<PollDeps, "fetcher" | "reader"> & {
    readonly onRecorded: (feedId: string) => void;
    readonly polls: PollTally;
  },
  log: Logger,
): PollDeps {
  const { feeds, channels, queues } = store;
  const fanOut = {
    feeds,
    channels,
    wake: async (channel: string) => await queues.wake(channel),
    retentionMs: config.retentionMs,
    log,
    onEdited: (count: number): void => {
      polls.edits += count;
    },
  };
  return {
    feeds,
    fetcher,
    reader,
    gate: async (host) => await store.enterHost(host, config.hostPauseMs),
    bounds: config.poll,
    limits: recordLimits(config.retentionMs),
    nowMs: sharedClock(async () => await store.nowMs()),
    fanOut: async (feedId) => {
      onRecorded(feedId);
      await finishFanOuts(fanOut, feedId);
    },
    trouble: config.trouble,
    tell: async (feedId, state, notice) => await tellFollowers(fanOut, feedId, state, notice),
    log,
  };
}

function depsOfCommands(
  config: Config,
  store: Store,
  poll: PollDeps,
  { stopping, forgetMemory }: Pick<CommandDeps, "stopping"> & Pick<ForgetDeps, "forgetMemory">,
): Omit<CommandDeps, "previews" | "search" | "linkOf"> {
  const { feeds, channels, imports, entries, ledger, recentSearches, queues, shardCount } = store;
  const startImport = async (channel: string): Promise<void> => await queues.start(IMPORT_QUEUE, channel);
  const { nowMs, fanOut } = poll;
  const forgetDeps = { feeds, channels, imports, shardCount, nowMs, fanOut, startImport, forgetMemory };
  return {
    feeds,
    channels,
    entries,
    ledger,
    recentSearches,
    retentionMs: config.retentionMs,
    follow: {
      poll: { ...poll, gate: patient(poll.gate, stopping) },
      channels,
      shardCount,
      mostFollows: config.mostFollows,
    },
    wake: async (channel) => await queues.wake(channel),
    nowMs: poll.nowMs,
    imports,
    startImport,
    forget: async (channel) => await forgetChannel(forgetDeps, channel),
    dueAt: async (feedId, url) => await feeds.schedule.dueAt(shardOf(url, shardCount), feedId),
    stopping,
  };
}

/** Works without the adapter, which may run in another process. */
function linkFinder(previews: Previews, store: Store): CommandDeps["linkOf"] {
  return async (channel, ref) => {
    const platform = channel.slice(0, Math.max(0, channel.indexOf(":")));
    const preview = await previews[platform]?.();
    const memory = store.adapter(platform);
    return (await preview?.messageLink(channel, ref, async (name) => await memory.get(name))) ?? null;
  };
}

function memoryForgetter(previews: Previews, store: Store): ForgetDeps["forgetMemory"] {
  return async (channel) => {
    const platform = channel.slice(0, Math.max(0, channel.indexOf(":")));
    const preview = await previews[platform]?.();
    const memory = store.adapter(platform);
    for (const name of preview?.memories(channel) ?? []) await memory.forget(name);
  };
}

function patient(gate: HostGate, stopping: AbortSignal): HostGate {
  return async (host) => {
    for (
      const started = Date.now();
      Date.now() - started < HOST_PATIENCE_MS && !stopping.aborted;
      await sleep(HOST_RETRY_MS)
    ) {
      const release = await gate(host);
      if (release !== null) return release;
    }
    return null;
  };
}

import type { Command } from "./command/command.ts";
import type { CommandDeps, Previews } from "./command/deps.ts";
import { createCommands } from "./command/table.ts";
import { depsOfCommands } from "./command-deps.ts";
import type { Config } from "./config.ts";
import { createFetcher } from "./feed/fetch/fetch.ts";
import { createDocumentReader } from "./feed/read/document-reader.ts";
import type { Logger } from "./logger.ts";
import { type OpenStore, openStore } from "./open-store.ts";
import { countedFetcher, PollTally } from "./operate/tallies.ts";
import type { PollDeps } from "./poll/poll-feed.ts";
import { recordLimits } from "./poll/record.ts";
import { finishFanOuts } from "./relay/fan-out.ts";
import { SearchIndex } from "./search/search-index.ts";
import { SearchUpkeep } from "./search/upkeep.ts";
import { tellFollowers } from "./relay/feed-notices.ts";
import { sharedClock } from "./store/clock.ts";
import type { Store, StoreOptions } from "./store/store.ts";

/** What the bot and the command line share. */
export interface Core extends OpenStore {
  readonly poll: PollDeps;
  readonly commands: readonly Command[];
  readonly commandDeps: CommandDeps;
  readonly searchUpkeep: SearchUpkeep;
  /** What this process has polled. */
  readonly polls: PollTally;
  readonly stopping: AbortController;
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
  const commandDeps = depsOfCommands({ config, store, poll, previews, search, stopping: stopping.signal });
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

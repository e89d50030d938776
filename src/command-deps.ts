import { setTimeout as sleep } from "node:timers/promises";
import type { CommandDeps, Previews } from "./command/deps.ts";
import type { Config } from "./config.ts";
import type { HostGate } from "./feed/fetch/outcome.ts";
import { IMPORT_QUEUE } from "./import/import-queue.ts";
import type { PollDeps } from "./poll/poll-feed.ts";
import { shardOf } from "./poll/shards.ts";
import { forgetChannel, type ForgetDeps } from "./relay/forget-channel.ts";
import type { SearchIndex } from "./search/search-index.ts";
import type { Store } from "./store/store.ts";

/** How long a command waits for a host that is busy with another request of ours. */
const HOST_PATIENCE_MS = 20_000;
const HOST_RETRY_MS = 100;

export interface CommandParts extends Pick<CommandDeps, "previews" | "stopping"> {
  readonly config: Config;
  readonly store: Store;
  readonly poll: PollDeps;
  readonly search: SearchIndex;
}

/** What commands work with, made of the parts of the core. */
export function depsOfCommands({ config, store, poll, previews, search, stopping }: CommandParts): CommandDeps {
  const { feeds, channels, imports, entries, ledger, recentSearches, queues, shardCount } = store;
  const startImport = async (channel: string): Promise<void> => await queues.start(IMPORT_QUEUE, channel);
  const forgetMemory = memoryForgetter(previews, store);
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
    nowMs,
    imports,
    startImport,
    forget: async (channel) => await forgetChannel(forgetDeps, channel),
    dueAt: async (feedId, url) => await feeds.schedule.dueAt(shardOf(url, shardCount), feedId),
    stopping,
    previews,
    search,
    linkOf: linkFinder(previews, store),
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

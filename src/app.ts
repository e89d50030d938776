import type { Adapter, Host } from "./adapter.ts";
import { runLine } from "./command/table.ts";
import type { Config } from "./config.ts";
import { openCore, type Core } from "./core.ts";
import type { Logger } from "./logger.ts";
import { pollFeed } from "./poll/poll-feed.ts";
import { runShard, shardJobs } from "./poll/shards.ts";
import { drainChannel } from "./relay/deliver.ts";
import { sweep } from "./relay/sweep.ts";

const CHANNELS_AT_ONCE = 50;
const POLL_QUEUE = "poll";
const SWEEP_QUEUE = "sweep";
/** A post that is under way when the process is told to stop has this long. */
const LAST_POST_MS = 7000;

export interface App {
  stop(): Promise<void>;
}

/** Starts everything this process does; `stop` ends it in reverse. */
export async function startApp(config: Config, adapters: readonly Adapter[], log: Logger): Promise<App> {
  const core = await openCore(config, "bot", log);
  const cut = new AbortController();
  await startPolling(config, core, log);
  for (const adapter of adapters) {
    await adapter.start(hostFor(core, adapter, log));
    startDelivering(config, core, adapter, cut.signal, log);
  }
  return {
    stop: async () => {
      const lastCall = setTimeout(() => cut.abort(), LAST_POST_MS);
      core.stopping.abort();
      await core.store.queues.stop();
      clearTimeout(lastCall);
      for (const adapter of adapters) await adapter.stop();
      await core.close();
    },
  };
}

async function startPolling(config: Config, core: Core, log: Logger): Promise<void> {
  const { feeds, channels, queues, shardCount } = core.store;
  const shards = shardJobs(shardCount);
  const ensureJobs = async (): Promise<void> => {
    await queues.ensure(POLL_QUEUE, shards);
    await queues.ensure(SWEEP_QUEUE, ["sweep"]);
  };
  await ensureJobs();
  // By each process and not by the sweep, since nobody else would bring back a sweep that was lost.
  repeat(ensureJobs, config.sweepMs, core.stopping.signal, log);
  const shardDeps = {
    feeds,
    minMs: config.poll.minMs,
    log,
    poll: async (feedId: string, signal: AbortSignal) => await pollFeed(core.poll, feedId, signal),
  };
  queues.workPerpetual(
    POLL_QUEUE,
    shards.length,
    async (id, signal) => await runShard(shardDeps, shards.indexOf(id), signal),
  );
  const sweepDeps = {
    feeds,
    channels,
    shardCount,
    wake: async (channel: string) => await queues.wake(channel),
    fanOut: core.poll.fanOut,
  };
  queues.workPerpetual(SWEEP_QUEUE, 1, async (_id, signal) => {
    await sweep(sweepDeps, signal).catch((error: unknown) => log.error({ err: error }, "the sweep met a failure"));
    return config.sweepMs;
  });
}

/** Runs again `everyMs` after the last time ended, until `stopping`. */
function repeat(run: () => Promise<void>, everyMs: number, stopping: AbortSignal, log: Logger): void {
  setTimeout(() => {
    if (stopping.aborted) return;
    run()
      .catch((error: unknown) => log.warn({ err: error }, "could not make sure of the jobs"))
      .finally(() => repeat(run, everyMs, stopping, log));
  }, everyMs).unref();
}

function startDelivering(config: Config, core: Core, adapter: Adapter, cut: AbortSignal, log: Logger): void {
  const { feeds, channels, queues, installation } = core.store;
  const { digestFrom, attemptMs, settleMs } = config;
  const deps = {
    adapter,
    feeds,
    channels,
    digestFrom,
    installation,
    attemptMs,
    settleMs,
    cut,
    log,
  };
  queues.workChannels(
    adapter.platform,
    CHANNELS_AT_ONCE,
    async (channel, signal) => await drainChannel(deps, channel, signal),
  );
}

function hostFor(core: Core, adapter: Adapter, log: Logger): Host {
  const own = log.child({ platform: adapter.platform });
  return {
    commands: core.commands,
    runLine: async (context, line) => await runLine(core.commands, context, line, own),
    memory: core.store.memory(adapter.platform),
    log: own,
  };
}

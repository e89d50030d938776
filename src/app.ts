import { setMaxListeners } from "node:events";
import type { Adapter, Host } from "./adapter.ts";
import type { Previews } from "./command/deps.ts";
import type { Config } from "./config.ts";
import { openCore, type Core } from "./core.ts";
import { hostFor } from "./host.ts";
import { wakeImports, workImports } from "./imports.ts";
import { mergeFeed } from "./follow/merge-feed.ts";
import { moveFollow } from "./follow/move-follow.ts";
import { HttpServer } from "./http.ts";
import type { Logger } from "./logger.ts";
import { censusSink } from "./operate/census.ts";
import { Operating } from "./operate/operating.ts";
import { pollFeed } from "./poll/poll-feed.ts";
import { runShard, shardJobs, shardOf } from "./poll/shards.ts";
import { inPlace, Workplaces } from "./poll/workplaces.ts";
import { drainChannel } from "./relay/deliver.ts";
import { endLeft } from "./relay/left.ts";
import { sweep } from "./relay/sweep.ts";

const CHANNELS_AT_ONCE = 50;
const POLL_QUEUE = "poll";
const SWEEP_QUEUE = "sweep";
/** A post that is under way when the process is told to stop has this long. */
const LAST_POST_MS = 7000;

export interface App {
  /** As of `Core`. */
  readonly outdated: Core["outdated"];
  stop(): Promise<void>;
}

/** Starts everything this process does; `stop` ends it in reverse. */
export async function startApp(
  config: Config,
  adapters: readonly Adapter[],
  previews: Previews,
  log: Logger,
): Promise<App> {
  const core = await openCore(config, "bot", previews, log);
  const cut = new AbortController();
  // Every post under way listens to it.
  setMaxListeners(0, cut.signal);
  const http = config.http === null ? null : await HttpServer.listen(config.http.host, config.http.port);
  const operating = new Operating(
    core,
    adapters.map(({ platform }) => platform),
  );
  if (http !== null) operating.serve(http, config.dataDir, [POLL_QUEUE, SWEEP_QUEUE]);
  await startPolling(config, core, operating, log);
  core.searchUpkeep.start();
  workImports(core, log);
  for (const adapter of adapters) {
    const ensure = (run: () => Promise<void>): void => keepEnsured(run, config, core, log);
    await startAdapter(adapter, hostFor(core, adapter, http, ensure, log, operating.connections), operating);
    startDelivering(config, core, adapter, { cut: cut.signal, operating, log });
  }
  return {
    outdated: core.outdated,
    stop: async () => {
      const lastCall = setTimeout(() => cut.abort(), LAST_POST_MS);
      core.stopping.abort();
      await core.store.queues.stop();
      clearTimeout(lastCall);
      for (const adapter of adapters) await adapter.stop();
      await http?.close();
      await core.close();
    },
  };
}

/** One platform that cannot start holds up no other; its posts wait. */
async function startAdapter(adapter: Adapter, host: Host, { connections }: Operating): Promise<void> {
  try {
    await adapter.start(host);
    connections.note(adapter.platform, "started");
  } catch (error) {
    connections.note(adapter.platform, "failed");
    host.log.error({ err: error }, "this platform could not be started; the others go on");
  }
}

/** Now, and again and again, since nobody else would bring back a never-ending job that was lost. */
function keepEnsured(run: () => Promise<void>, config: Config, core: Core, log: Logger): void {
  run().catch((error: unknown) => log.warn({ err: error }, "could not make sure of the jobs"));
  repeat(run, config.sweepMs, core.stopping.signal, log);
}

async function startPolling(config: Config, core: Core, operating: Operating, log: Logger): Promise<void> {
  const { feeds, channels, queues, shardCount } = core.store;
  const shards = shardJobs(shardCount);
  const ensureJobs = async (): Promise<void> => {
    await queues.ensure(POLL_QUEUE, shards);
    await queues.ensure(SWEEP_QUEUE, ["sweep"]);
  };
  await ensureJobs();
  keepEnsured(ensureJobs, config, core, log);
  const places = new Workplaces();
  const shardDeps = {
    feeds,
    minMs: config.poll.minMs,
    home: (url: string) => shardOf(url, shardCount),
    log,
    poll: operating.poll(
      async (feedId, signal, isHeld) =>
        await inPlace(places, core.poll, isHeld, async (poll) => await pollFeed(poll, feedId, signal)),
    ),
  };
  queues.workPerpetual(
    POLL_QUEUE,
    shards.length,
    async (id, signal) => await runShard(shardDeps, shards.indexOf(id), signal),
  );
  const mergeDeps = { poll: core.poll, channels, shardCount, wake: async (id: string) => await queues.wake(id) };
  const sweepDeps = {
    feeds,
    channels,
    shardCount,
    nowMs: core.poll.nowMs,
    wake: async (channel: string) => await queues.wake(channel),
    fanOut: core.poll.fanOut,
    merge: async (feedId: string, signal: AbortSignal) => await mergeFeed(mergeDeps, feedId, signal),
    move: async (channel: string, from: string, signal: AbortSignal) =>
      await moveFollow(mergeDeps, channel, from, signal),
    forget: core.commandDeps.forget,
    left: async (channel: string) =>
      await endLeft({ channels, nowMs: core.poll.nowMs, leftKeepMs: config.leftKeepMs, log }, channel),
  };
  queues.workPerpetual(SWEEP_QUEUE, 1, async (_id, signal) => {
    await wakeImports(core).catch((error: unknown) => log.error({ err: error }, "imports could not be looked after"));
    const census = censusSink(core.store.operating, core.poll.nowMs);
    await sweep({ ...sweepDeps, census }, signal).catch((error: unknown) =>
      log.error({ err: error }, "the sweep met a failure"),
    );
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

function startDelivering(
  config: Config,
  core: Core,
  adapter: Adapter,
  { cut, operating, log }: { readonly cut: AbortSignal; readonly operating: Operating; readonly log: Logger },
): void {
  const { feeds, channels, links, queues, installation, restoration } = core.store;
  const { digestFrom, attemptMs, settleMs } = config;
  const deps = {
    adapter,
    feeds,
    channels,
    links,
    digestFrom,
    installation,
    restoration,
    attemptMs,
    settleMs,
    cut,
    log,
    onSent: operating.onSent(adapter.platform),
  };
  queues.workChannels(
    adapter.platform,
    CHANNELS_AT_ONCE,
    operating.drain(async (channel, signal) => await drainChannel(deps, channel, signal)),
  );
}

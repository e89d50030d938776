import { statfs } from "node:fs/promises";
import type { Core } from "../core.ts";
import { IMPORT_QUEUE } from "../import/import-queue.ts";
import type { HttpServer } from "../http.ts";
import type { PollClaimed } from "../poll/shards.ts";
import type { Sent } from "../relay/run.ts";
import { channelQueue } from "../store/queue.ts";
import { Connections } from "./connections.ts";
import { servePages } from "./pages.ts";
import { processMetrics } from "./process-metrics.ts";
import { stuck, Work } from "./progress.ts";
import { MetricsPage } from "./registry.ts";
import { sharedMetrics } from "./shared-metrics.ts";
import { type Shared, SharedReader } from "./shared-state.ts";
import { VERSION } from "../version.ts";
import { countedPoll, DeliveryTally } from "./tallies.ts";

type Drain = (channel: string, signal: AbortSignal) => Promise<number | null>;

/** What a bot counts of its own work, and tells whoever watches it. */
export class Operating {
  readonly connections: Connections;
  readonly #core: Core;
  readonly #polls = new Work();
  readonly #deliveries = new Work();
  readonly #tallies = new Map<string, DeliveryTally>();

  constructor(core: Core, platforms: readonly string[]) {
    this.#core = core;
    this.connections = new Connections(platforms, (platform) => core.store.adapter(platform));
    for (const platform of platforms) this.#tallies.set(platform, new DeliveryTally());
  }

  poll(poll: PollClaimed): PollClaimed {
    const counted = countedPoll(this.#core.polls, poll, this.#core.poll.log);
    return async (...claim) => await this.#polls.run(async () => await counted(...claim));
  }

  drain(drain: Drain): Drain {
    return async (channel, signal) => await this.#deliveries.run(async () => await drain(channel, signal));
  }

  onSent(platform: string): (sent: Sent) => void {
    const tally = this.#tallies.get(platform);
    return (sent) => {
      tally?.count(sent);
      this.#deliveries.step();
    };
  }

  /** Answers /healthz, /readyz and /metrics. `queues`: whose depth is told, besides those of deliveries and imports. */
  serve(http: HttpServer, dataDir: string, queues: readonly string[]): void {
    const { store, polls, poll, searchUpkeep, stopping } = this.#core;
    const reader = new SharedReader({
      operating: store.operating,
      queues: store.queues,
      nowMs: poll.nowMs,
      isAway: () => store.commandTally.isAway,
      shardCount: store.shardCount,
      queueNames: [...queues, IMPORT_QUEUE, ...this.connections.platforms.map(channelQueue)],
      connections: this.connections,
    });
    let freeBytes: number | null = null;
    let last: Shared = { isUp: false, reason: "was not asked yet" };
    const sources = {
      version: VERSION,
      polls,
      redis: store.commandTally,
      deliveries: this.#tallies,
      search: searchUpkeep,
      freeBytes: () => freeBytes,
    };
    servePages({
      route: (path, handler) => http.route(path, handler),
      stuck: () => stuck({ polls: this.#polls, deliveries: this.#deliveries }, store.commandTally),
      isStopping: () => stopping.signal.aborted,
      shared: async () => {
        [last, freeBytes] = await Promise.all([reader.read(), freeIn(dataDir)]);
        return last;
      },
      metrics: new MetricsPage([...processMetrics(sources), ...sharedMetrics(() => last)]),
    });
  }
}

/** null where the system does not say. */
async function freeIn(folder: string): Promise<number | null> {
  return await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
}

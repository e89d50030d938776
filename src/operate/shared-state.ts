import { setTimeout as sleep } from "node:timers/promises";
import type { QueueDepth, Queues } from "../store/queue.ts";
import type { Memory, OperatingStore } from "../store/operating-store.ts";
import { type Census, toCensus } from "./census.ts";
import type { Connections, Standing } from "./connections.ts";

/** Whoever scrapes more often sees the same once more. */
const KEPT_MS = 3000;
/** Prometheus waits ten seconds by default; Redis that does not answer in three is away. */
const PATIENCE_MS = 3000;

/** What is the same on every process: read in a bounded number of commands, whatever the installation's size. */
export interface SharedState {
  readonly nowMs: number;
  readonly census: Census | null;
  readonly due: number;
  /** For how long the first feed that is due has been waiting to be read. */
  readonly lagMs: number;
  readonly queues: ReadonlyMap<string, QueueDepth>;
  readonly platforms: ReadonlyMap<string, Standing>;
  readonly memory: Memory;
}

/** `reason` is for a person, and holds no secret: the first word of what Redis said. */
export type Shared =
  | { readonly isUp: true; readonly state: SharedState }
  | { readonly isUp: false; readonly reason: string };

export interface SharedDeps {
  readonly operating: OperatingStore;
  readonly queues: Pick<Queues, "depth">;
  readonly nowMs: () => Promise<number>;
  readonly isAway: () => boolean;
  readonly shardCount: number;
  readonly queueNames: readonly string[];
  readonly connections: Connections;
}

/** Reads once for all who ask within a few seconds, and never twice at once: what Redis does not answer waits there. */
export class SharedReader {
  readonly #deps: SharedDeps;
  #reading: { readonly shared: Promise<Shared>; readonly startedMs: number } | null = null;
  #last: { readonly shared: Shared; readonly atMs: number } | null = null;

  constructor(deps: SharedDeps) {
    this.#deps = deps;
  }

  async read(): Promise<Shared> {
    const { isAway } = this.#deps;
    if (isAway()) return AWAY;
    if (this.#last !== null && performance.now() - this.#last.atMs < KEPT_MS) return this.#last.shared;
    this.#reading ??= { shared: this.#read(), startedMs: performance.now() };
    const { shared, startedMs } = this.#reading;
    // Who asks later waits no longer for the same silence.
    const leftMs = startedMs + PATIENCE_MS - performance.now();
    if (leftMs <= 0) return AWAY;
    const over = new AbortController();
    const late = sleep(leftMs, AWAY, { signal: over.signal, ref: false }).catch(() => AWAY);
    const first = await Promise.race([shared, late]);
    over.abort();
    return first;
  }

  async #read(): Promise<Shared> {
    const shared = await readShared(this.#deps).then(
      (state): Shared => ({ isUp: true, state }),
      (error: unknown): Shared => ({ isUp: false, reason: firstWord(error) }),
    );
    this.#last = { shared, atMs: performance.now() };
    this.#reading = null;
    return shared;
  }
}

const AWAY: Shared = { isUp: false, reason: "does not answer" };

function firstWord(error: unknown): string {
  const [word = ""] = error instanceof Error ? error.message.split(" ", 1) : [];
  return /^[A-Z]{2,20}$/.test(word) ? `refuses to write: ${word}` : "does not answer as it should";
}

async function readShared(deps: SharedDeps): Promise<SharedState> {
  const { operating, queues, queueNames, connections, shardCount } = deps;
  await operating.write();
  const nowMs = await deps.nowMs();
  const shards = Array.from({ length: shardCount }, (_, shard) => shard);
  const [census, due, depths, standings, memory] = await Promise.all([
    operating.census(),
    Promise.all(shards.map(async (shard) => await operating.due(shard, nowMs))),
    Promise.all(queueNames.map(async (name) => [name, await queues.depth(name)] as const)),
    Promise.all(connections.platforms.map(async (name) => [name, await connections.standing(name)] as const)),
    operating.memory(),
  ]);
  const firstAtMs = Math.min(...due.map(({ firstAtMs }) => firstAtMs ?? Number.POSITIVE_INFINITY));
  return {
    nowMs,
    census: toCensus(census),
    due: due.reduce((sum, { count }) => sum + count, 0),
    lagMs: Math.max(0, nowMs - firstAtMs),
    queues: new Map(depths),
    platforms: new Map(standings),
    memory,
  };
}

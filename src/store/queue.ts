import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { DelayedError, type Job, Queue, Worker } from "bullmq";
import type { Redis } from "./connection.ts";

/** All queues share one slot of a cluster. */
const PREFIX = "{pw}";
/** All keys of BullMQ, as SCAN takes it. */
export const QUEUE_KEYS = `${PREFIX}:*`;
/**
 * On a cluster a worker that is closed may wait for ever: BullMQ's own recovery connects anew what is being disconnected. By then its turns
 * are over, and what is left to do with them takes no longer.
 */
const CLOSE_WITHIN_MS = 2000;
/** Our work is done again after any number of kills; BullMQ gives up after one by default. */
const NEVER_GIVE_UP = 1_000_000_000;
const AFTER_FAILURE_MS = 1000;

export interface QueueTiming {
  /** A killed process loses its jobs after one to two times this long. */
  readonly lockMs: number;
}

/** Runs one turn. Returns after how many ms the next one is due, null when the job is done. */
export type Turn = (id: string, signal: AbortSignal) => Promise<number | null>;

export interface QueueDepth {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
}

interface JobData {
  readonly id: string;
}

/** The queue of a platform's channels. */
export function channelQueue(platform: string): string {
  return `deliver-${platform}`;
}

function platformOf(channel: string): string {
  return channel.slice(0, Math.max(0, channel.indexOf(":")));
}

/** BullMQ, reduced to the two kinds of work there are: jobs that never end, and jobs that are done once they are empty, as a channel's drain. */
export class Queues {
  readonly #redis: Redis;
  readonly #timing: QueueTiming;
  readonly #onError: (error: unknown, queue: string) => void;
  readonly #queues = new Map<string, Queue<JobData>>();
  readonly #workers: Worker<JobData>[] = [];
  readonly #turns = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(redis: Redis, timing: QueueTiming, onError: (error: unknown, queue: string) => void) {
    this.#redis = redis;
    this.#timing = timing;
    this.#onError = onError;
    // Every poll under way listens to it, and hundreds at once are no leak.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** Makes sure that the channel is drained once after this call; wake-ups are never lost and never run side by side. */
  async wake(channel: string): Promise<void> {
    await this.start(channelQueue(platformOf(channel)), channel);
  }

  /** Makes sure that the job `id` of a queue is run once after this call, by one process at a time. */
  async start(queue: string, id: string): Promise<void> {
    const deduplication = { id, keepLastIfActive: true };
    await this.#queue(queue).add("drain", { id }, { deduplication, removeOnComplete: true, removeOnFail: true });
  }

  /** Creates the never-ending jobs that are missing. Each runs in one process at a time. */
  async ensure(queue: string, ids: readonly string[]): Promise<void> {
    for (const id of ids)
      await this.#queue(queue).add("turn", { id }, { jobId: id, removeOnComplete: true, removeOnFail: true });
  }

  workPerpetual(queue: string, concurrency: number, turn: (id: string, signal: AbortSignal) => Promise<number>): void {
    this.work(queue, concurrency, turn);
  }

  workChannels(platform: string, concurrency: number, turn: Turn): void {
    this.work(channelQueue(platform), concurrency, turn);
  }

  /** Runs jobs that `start` asked for. */
  work(name: string, concurrency: number, turn: Turn): void {
    const process = async (job: Job<JobData>, token?: string): Promise<void> => {
      const over = this.#turn(name, job, token, turn);
      const ended = over.catch(() => undefined).finally(() => this.#turns.delete(ended));
      this.#turns.add(ended);
      await over;
    };
    const { lockMs } = this.#timing;
    const worker = new Worker<JobData>(name, process, {
      connection: this.#redis,
      prefix: PREFIX,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: NEVER_GIVE_UP,
    });
    worker.on("error", (error) => this.#onError(error, name));
    this.#workers.push(worker);
  }

  /** How many jobs of a queue wait, wait for their time, and are being worked on. */
  async depth(queue: string): Promise<QueueDepth> {
    const {
      waiting = 0,
      active = 0,
      delayed = 0,
    } = await this.#queue(queue).getJobCounts("waiting", "active", "delayed");
    return { waiting, active, delayed };
  }

  /** Tells the turns to end, waits for them, and leaves the rest to others. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const closed = Promise.all(this.#workers.map(async (worker) => await worker.close()));
    await (this.#redis.isCluster ? Promise.race([closed, this.#turnsOver()]) : closed);
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  async #turnsOver(): Promise<void> {
    await Promise.all(this.#turns);
    await sleep(CLOSE_WITHIN_MS, undefined, { ref: false });
  }

  async #turn(name: string, job: Job<JobData>, token: string | undefined, turn: Turn): Promise<void> {
    let againInMs: number | null;
    try {
      againInMs = await turn(job.data.id, this.#stopping.signal);
    } catch (error) {
      this.#onError(error, name);
      againInMs = AFTER_FAILURE_MS;
    }
    if (againInMs === null) return;
    await job.moveToDelayed(Date.now() + againInMs, token);
    throw new DelayedError();
  }

  #queue(name: string): Queue<JobData> {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = new Queue<JobData>(name, { connection: this.#redis, prefix: PREFIX });
    queue.on("error", (error) => this.#onError(error, name));
    this.#queues.set(name, queue);
    return queue;
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import type { SearchStore } from "../store/search-store.ts";
import { type Batch, entriesBehind, type FeedNumbers, type FeedRow, isAhead } from "./feed-row.ts";
import type { SearchThread } from "./search-thread.ts";

/** The store keeps no more changes than these of a feed. */
const KEPT_EDITS = 500;
/** Entries in a step: the thread has one for 10 to 30 ms. */
const BATCH = 64;

/** A feed that is being caught up with. */
export interface Lag {
  readonly numbers: FeedNumbers;
  readonly row: FeedRow | null;
}

/** Brings feeds from Redis into the index, step by step. Any process may do any step, any number of times. */
export class CatchUp {
  readonly #store: SearchStore;
  readonly #thread: SearchThread;
  readonly #running = new Map<string, Promise<FeedRow | null>>();

  constructor(store: SearchStore, thread: SearchThread) {
    this.#store = store;
    this.#thread = thread;
  }

  /**
   * Goes on until nothing lags or `isOver`. After each step it rests `rest` times as long as that took. Where it need not rest, the next
   * feed is read from Redis while the thread works on one.
   */
  async run(lags: readonly Lag[], isOver: () => boolean, rest = 0): Promise<void> {
    let open = lags;
    while (open.length > 0 && !isOver()) {
      const waiting = open.filter(({ numbers, row }) => entriesBehind(row, numbers) > 0).values();
      const next: Lag[] = [];
      const lane = async (): Promise<void> => {
        for (const { numbers, row } of waiting) {
          if (isOver()) return;
          const startedMs = performance.now();
          next.push({ numbers, row: await this.#oneStep(numbers, row) });
          if (rest > 0) await sleep(rest * (performance.now() - startedMs), undefined, { ref: false });
        }
      };
      await Promise.all(rest > 0 ? [lane()] : [lane(), lane()]);
      open = next;
    }
  }

  /** One step; of several at once for a feed one is done, and all get its outcome. */
  async #oneStep(numbers: FeedNumbers, row: FeedRow | null): Promise<FeedRow | null> {
    const { feedId } = numbers;
    const running = this.#running.get(feedId);
    if (running !== undefined) return await running;
    const step = this.#step(numbers, row).finally(() => this.#running.delete(feedId));
    this.#running.set(feedId, step);
    return await step;
  }

  async #step(numbers: FeedNumbers, row: FeedRow | null): Promise<FeedRow | null> {
    const { feedId } = numbers;
    if (row !== null && numbers.edits - row.edits > KEPT_EDITS) {
      await this.#thread.ask("drop", { feedId });
      return null;
    }
    const plan = await this.#plan(numbers, row);
    const records = await this.#store.records(feedId, plan.numbers);
    return await this.#thread.ask("apply", { ...plan, records });
  }

  /** The newest entries first: what was published since, what has changed, then what was before. */
  async #plan(numbers: FeedNumbers, row: FeedRow | null): Promise<Omit<Batch, "records">> {
    const { feedId, last, first, edits } = numbers;
    if (row === null) {
      const low = Math.max(first, last - BATCH + 1);
      const next = { feedId, low, high: last, edits, first, highSeenMs: 0 };
      return { feedId, expected: null, next, numbers: range(low, last) };
    }
    if (row.high < last) {
      const from = Math.max(row.high + 1, first);
      const high = Math.min(from + BATCH - 1, last);
      return { feedId, expected: row, next: { ...row, high }, numbers: range(from, high) };
    }
    if (row.edits < edits) {
      const changed = await this.#store.changedSince(feedId, row.edits, BATCH);
      const upTo = changed.length < BATCH ? edits : (changed.at(-1)?.edits ?? edits);
      const known = changed.map(({ number }) => number).filter((number) => number >= row.low && number <= row.high);
      return { feedId, expected: row, next: { ...row, edits: upTo }, numbers: known };
    }
    const low = Math.max(first, row.low - BATCH);
    return { feedId, expected: row, next: { ...row, low }, numbers: range(low, row.low - 1) };
  }

  /**
   * Drops feeds of which Redis knows less than the index, as after it was restored from a copy. The numbers may be older than the rows,
   * so they are read again; returns the lags as they are then.
   */
  async settleAhead(lags: readonly Lag[]): Promise<readonly Lag[]> {
    return await Promise.all(
      lags.map(async (lag) => {
        const { row } = lag;
        if (!isAhead(row, lag.numbers)) return lag;
        const [numbers = lag.numbers] = await this.#store.progress([lag.numbers.feedId]);
        if (!isAhead(row, numbers)) return { numbers, row };
        await this.#thread.ask("drop", { feedId: numbers.feedId });
        return { numbers, row: null };
      }),
    );
  }

  /** Drops feeds whose newest indexed entry is another one in Redis: numbers went back there, and on to others. */
  async settleStrange(lags: readonly Lag[]): Promise<readonly Lag[]> {
    return await Promise.all(
      lags.map(async (lag) => {
        const { numbers, row } = lag;
        if (row === null || row.highSeenMs === 0) return lag;
        const [record = null] = await this.#store.records(numbers.feedId, [row.high]);
        if (record === null || Number.parseInt(record, 10) === row.highSeenMs) return lag;
        await this.#thread.ask("drop", { feedId: numbers.feedId });
        return { numbers, row: null };
      }),
    );
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

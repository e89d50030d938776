import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { SearchIndex } from "./search-index.ts";

/** What is recorded within this time is indexed together; who searches sooner does not wait for it. */
const GATHER_MS = 5_000;
const FEEDS_AT_ONCE = 50;
const FIRST_ROUND_MS = 5_000;
const ROUND_MS = 3_600_000;
/** After each step of a round this many times as long is left to others. */
const ROUND_REST = 3;
/** A feed that nobody follows can be searched no more; that long somebody may follow it again without its being read anew. */
const UNUSED_MS = 86_400_000;

/**
 * Keeps the index near to Redis, so that who searches need not wait: what this process records at once, every followed feed in a slow
 * round. Nothing depends on it; a failure is tried again by the next round.
 */
export class SearchUpkeep {
  readonly #index: SearchIndex;
  readonly #channels: ChannelStore;
  readonly #stopping: AbortSignal;
  readonly #log: Logger;
  readonly #noted = new Set<string>();
  #isRunning = false;

  constructor(index: SearchIndex, channels: ChannelStore, stopping: AbortSignal, log: Logger) {
    this.#index = index;
    this.#channels = channels;
    this.#stopping = stopping;
    this.#log = log;
  }

  /** Feeds in which something was recorded that is not being read yet. */
  get feedsWaiting(): number {
    return this.#noted.size;
  }

  /** As of the index, see there. */
  get entriesBehind(): number {
    return this.#index.entriesBehind;
  }

  /** Something was recorded in the feed. */
  note(feedId: string): void {
    this.#noted.add(feedId);
    if (this.#isRunning || this.#stopping.aborted) return;
    this.#isRunning = true;
    void this.#quietly(async () => await this.#readNoted()).finally(() => {
      this.#isRunning = false;
    });
  }

  /** Goes round until the process stops. */
  start(): void {
    void (async () => {
      for (let waitMs = FIRST_ROUND_MS; await this.#rest(waitMs); waitMs = ROUND_MS)
        await this.#quietly(async () => await this.round());
    })();
  }

  /** Reads what is new in every followed feed, and forgets those that nobody follows. */
  async round(): Promise<void> {
    const followed = new Set<string>();
    let cursor = "0";
    do {
      const some = await this.#channels.channels(cursor);
      for (const channel of some.channels)
        for (const feedId of (await this.#channels.follows(channel)).keys()) followed.add(feedId);
      ({ cursor } = some);
    } while (cursor !== "0" && !this.#stopping.aborted);
    await this.#read([...followed], ROUND_REST);
    if (!this.#stopping.aborted) await this.#index.forgetUnused(followed, Date.now() - UNUSED_MS);
  }

  async #readNoted(): Promise<void> {
    while (this.#noted.size > 0 && (await this.#rest(GATHER_MS))) {
      const feeds = [...this.#noted];
      this.#noted.clear();
      await this.#read(feeds, 0);
    }
  }

  async #read(feeds: readonly string[], rest: number): Promise<void> {
    for (let at = 0; at < feeds.length && !this.#stopping.aborted; at += FEEDS_AT_ONCE)
      await this.#index.catchUpWith(feeds.slice(at, at + FEEDS_AT_ONCE), () => this.#stopping.aborted, rest);
    await this.#index.tidy(() => this.#stopping.aborted);
  }

  /** false: the process stops. */
  async #rest(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { signal: this.#stopping, ref: false }).catch(() => undefined);
    return !this.#stopping.aborted;
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#stopping.aborted) this.#log.warn({ err: error }, "the search index could not be kept up to date");
    }
  }
}

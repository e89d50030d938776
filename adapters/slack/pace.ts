import { setTimeout as sleep } from "node:timers/promises";
import { DeliveryError } from "../../src/adapter.ts";

/**
 * One message a second in a channel: with bursts "there is no guarantee that messages will be stored or displayed to users"
 * (Slack's rate limits). Counted from when a request was handed over.
 */
export class Pace {
  readonly #pauseMs: number;
  readonly #longestWaitMs: number;
  readonly #lastMs = new Map<string, number>();

  constructor(pauseMs: number, longestWaitMs: number) {
    this.#pauseMs = pauseMs;
    this.#longestWaitMs = longestWaitMs;
  }

  /** Resolves when the channel may be posted in; what takes too long for one attempt is for later. */
  async turn(channel: string, signal: AbortSignal): Promise<void> {
    const leftMs = (this.#lastMs.get(channel) ?? 0) + this.#pauseMs - performance.now();
    if (leftMs <= 0) return;
    const tooFast = new DeliveryError("try-later", "Slack takes one message a second", { retryAfterMs: leftMs });
    if (leftMs > this.#longestWaitMs) throw tooFast;
    await sleep(leftMs, undefined, { signal }).catch(() => {
      throw tooFast;
    });
  }

  took(channel: string): void {
    this.#lastMs.set(channel, performance.now());
    if (this.#lastMs.size > 1000) this.#forgetOld();
  }

  #forgetOld(): void {
    for (const [channel, atMs] of this.#lastMs)
      if (performance.now() - atMs > this.#pauseMs) this.#lastMs.delete(channel);
  }
}

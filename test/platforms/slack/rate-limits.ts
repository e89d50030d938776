import { TooMany } from "./fault.ts";

/**
 * Limits per method (https://docs.slack.dev/apis/web-api/rate-limits): chat.postMessage about one a second in a channel with
 * short bursts, conversations.history Tier 3 (50 a minute), or one a minute under the strict limits of May 2025.
 */
export class RateLimits {
  readonly #times = new Map<string, number[]>();

  /** Takes one request of `most` in `windowMs`, or throws with the time until the oldest leaves the window. */
  take(name: string, most: number, windowMs: number, nowMs = Date.now()): void {
    const recent = (this.#times.get(name) ?? []).filter((atMs) => atMs > nowMs - windowMs);
    this.#times.set(name, recent);
    const [oldest] = recent;
    if (recent.length >= most && oldest !== undefined)
      throw new TooMany(Math.max(1, Math.ceil((oldest + windowMs - nowMs) / 1000)));
    recent.push(nowMs);
  }
}

import type { FeedState } from "./feed-state.ts";

export interface PollBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** A failing feed is asked at most this many times more rarely than the longest interval. */
const FAILING_STRETCH = 4;
/** A quiet feed is asked a little more rarely each time; one that published is asked at the shortest interval again. */
const QUIET_GROWTH = 1.25;
const LONGEST_RETRY_AFTER_MS = 7 * 86_400_000;

export type PollEnd =
  | {
      readonly kind: "news" | "quiet";
      /** What the publisher asks for: max-age, Expires or ttl. */ readonly notBeforeMs: number | null;
    }
  /** The document was cut or repaired: read it again soon. */
  | { readonly kind: "partial" }
  | { readonly kind: "failed"; readonly retryAfterMs: number | null };

/** The interval until the next poll, without jitter. Pure: (state, how the poll ended) → delay. */
export function nextIntervalMs(
  state: Pick<FeedState, "intervalMs" | "failures">,
  end: PollEnd,
  bounds: PollBounds,
): number {
  const { minMs, maxMs } = bounds;
  switch (end.kind) {
    case "partial":
      return minMs;
    case "failed": {
      const backOffMs = Math.min(minMs * 2 ** Math.min(state.failures, 20), maxMs * FAILING_STRETCH);
      return Math.max(backOffMs, Math.min(end.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS));
    }
    case "news":
    case "quiet": {
      const rhythmMs = end.kind === "news" ? minMs : Math.max(minMs, state.intervalMs) * QUIET_GROWTH;
      return Math.min(Math.max(rhythmMs, minMs, end.notBeforeMs ?? 0), maxMs);
    }
  }
}

/** Up to a tenth later, so that feeds of one start do not stay in step. `random` is 0 to 1. */
export function jittered(intervalMs: number, random: number): number {
  return intervalMs * (1 + random / 10);
}

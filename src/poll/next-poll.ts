import type { FeedState } from "./feed-state.ts";
import { outsideSkipTimes } from "./rhythm.ts";

export interface PollBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** A failing feed is asked at most this many times more rarely than the longest interval. */
const FAILING_STRETCH = 4;
/** A publisher's wish is followed to this many times the longest interval: many a server calls everything fresh for a year. */
const WISH_STRETCH = 4;
/** So often a feed is asked in the time in which it usually publishes one entry, or has published none. */
const ASKS_PER_GAP = 8;
/** Where dates tell no rhythm: a quiet feed is asked a little more rarely each time. */
const QUIET_GROWTH = 1.25;
const LONGEST_RETRY_AFTER_MS = 7 * 86_400_000;
/** Whoever waits for the same hour does not come all at once in it. */
const AFTER_SKIP_MS = 360_000;

export type PollEnd =
  | {
      readonly kind: "news" | "quiet";
      /** What the publisher asks for: max-age, Expires, ttl or sy:updatePeriod. */ readonly notBeforeMs: number | null;
    }
  /** The document was cut or repaired: read it again soon. */
  | { readonly kind: "partial" }
  | { readonly kind: "failed"; readonly retryAfterMs: number | null };

type Pacing = Pick<FeedState, "intervalMs" | "failures" | "gapMs" | "newsAtMs">;

/** The interval until the next poll, without jitter. Pure: (state, how the poll ended) → delay. */
export function nextIntervalMs(state: Pacing, end: PollEnd, bounds: PollBounds, nowMs: number): number {
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
      const ownMs = Math.min(Math.max(rhythmMs(state, end.kind, minMs, nowMs), minMs), maxMs);
      return Math.max(ownMs, Math.min(end.notBeforeMs ?? 0, maxMs * WISH_STRETCH));
    }
  }
}

/** A feed that has been silent for longer than usual is asked ever more rarely, and by its old rhythm once it speaks again. */
function rhythmMs(state: Pacing, kind: "news" | "quiet", minMs: number, nowMs: number): number {
  if (state.gapMs !== null) return Math.max(state.gapMs, nowMs - state.newsAtMs) / ASKS_PER_GAP;
  return kind === "news" ? minMs : Math.max(minMs, state.intervalMs) * QUIET_GROWTH;
}

/**
 * How long until the poll itself: up to a tenth later, so that feeds of one start do not stay in step, and never in hours or on
 * days in which the feed does not want to be asked. `random` is 0 to 1.
 */
export function delayMs(intervalMs: number, skip: FeedState["skip"], nowMs: number, random: number): number {
  const atMs = nowMs + intervalMs * (1 + random / 10);
  const freeAtMs = outsideSkipTimes(atMs, skip);
  return freeAtMs - nowMs + (freeAtMs === atMs ? 0 : AFTER_SKIP_MS * random);
}

import type { FeedFields } from "../store/feed-store.ts";
import type { FeedState } from "./feed-state.ts";
import { type PollEvent, withPoll } from "./history.ts";
import { delayMs, nextIntervalMs, type PollBounds } from "./next-poll.ts";

export interface TroubleLimits {
  /** A feed that fails for so long says so in its channels… */
  readonly noticeAfterMs: number;
  /** …and is not read any more after so long. */
  readonly stopAfterMs: number;
}

/** What the channels of a feed are told of how it is. */
export interface FeedNotice {
  readonly kind: "failing" | "stopped" | "gone" | "back";
  /** Redis time at which the trouble began: it names the period, so that the next one is told anew. */
  readonly sinceMs: number;
  /** When reading began again on a person's word after it had stopped in this period; 0 for never. */
  readonly resumedAtMs: number;
  /** Of the last failure; "" where it is over. */
  readonly reason: string;
}

export interface TroubleDeps {
  readonly feeds: { setState(feedId: string, fields: FeedFields): Promise<void> };
  readonly bounds: PollBounds;
  readonly trouble: TroubleLimits;
  readonly nowMs: () => Promise<number>;
  /** Tells every channel of the feed, once however often it is called for the same notice. */
  readonly tell: (feedId: string, state: FeedState, notice: FeedNotice) => Promise<void>;
}

export const GONE = "the publisher has removed it for good (410)";

/** One failure, seen once more after a long pause of the bot's own, is no long trouble. */
const LEAST_FAILURES = 2;
const LEAST_FAILURES_TO_STOP = 5;

type Trouble = Pick<FeedState, "failures" | "failingSinceMs" | "toldSinceMs" | "resumedAtMs">;

/** What a feed with these failures calls for. Nothing stops that was not announced as failing at an earlier poll. Pure. */
export function troubleOf(state: Trouble, limits: TroubleLimits, nowMs: number): "wait" | "tell" | "stop" {
  const { failures, failingSinceMs, toldSinceMs, resumedAtMs } = state;
  if (toldSinceMs !== failingSinceMs)
    return failures >= LEAST_FAILURES && nowMs - failingSinceMs >= limits.noticeAfterMs ? "tell" : "wait";
  const triedMs = nowMs - Math.max(failingSinceMs, resumedAtMs);
  return failures >= LEAST_FAILURES_TO_STOP && triedMs >= limits.stopAfterMs ? "stop" : "wait";
}

export type Failed = { readonly kind: "again"; readonly nextInMs: number } | { readonly kind: "stopped" };

/**
 * Notes a failed poll, and what follows from it for the channels. The failure is written first, so that a repetition after a
 * crash tells of the same period; what was told is noted when all have it.
 */
export async function noteFailure(
  deps: TroubleDeps,
  feedId: string,
  state: FeedState,
  { reason, retryAfterMs }: { readonly reason: string; readonly retryAfterMs: number | null },
): Promise<Failed> {
  const nowMs = await deps.nowMs();
  const after = await writeFailure(deps, feedId, state, { kind: "failed", reason }, reason, nowMs);
  const what = troubleOf(after, deps.trouble, nowMs);
  const { failingSinceMs: sinceMs, resumedAtMs } = after;
  const notice = { sinceMs, resumedAtMs, reason };
  if (what === "stop") {
    await deps.tell(feedId, after, { kind: "stopped", ...notice });
    await deps.feeds.setState(feedId, { stopped: "failing" });
    return { kind: "stopped" };
  }
  if (what === "tell") {
    await deps.tell(feedId, after, { kind: "failing", ...notice });
    await deps.feeds.setState(feedId, { toldSinceMs: String(sinceMs) });
  }
  const intervalMs = nextIntervalMs(state, { kind: "failed", retryAfterMs }, deps.bounds, nowMs);
  return { kind: "again", nextInMs: delayMs(intervalMs, state.skip, nowMs, Math.random()) };
}

/** The publisher says that it is gone for good: it is not read any more. */
export async function noteGone(deps: TroubleDeps, feedId: string, state: FeedState): Promise<void> {
  const nowMs = await deps.nowMs();
  const after = await writeFailure(deps, feedId, state, { kind: "gone" }, GONE, nowMs);
  const { failingSinceMs: sinceMs, resumedAtMs } = after;
  await deps.tell(feedId, after, { kind: "gone", sinceMs, resumedAtMs, reason: GONE });
  await deps.feeds.setState(feedId, { stopped: "gone", toldSinceMs: String(sinceMs) });
}

async function writeFailure(
  deps: TroubleDeps,
  feedId: string,
  state: FeedState,
  event: PollEvent,
  reason: string,
  nowMs: number,
): Promise<FeedState> {
  // A process died between remembering that the feed was back and telling it.
  if (state.failures === 0) await noteBack(deps, feedId, state);
  const toldSinceMs = state.failures === 0 ? 0 : state.toldSinceMs;
  const [failures, failingSinceMs] = [state.failures + 1, state.failingSinceMs || nowMs];
  const history = withPoll(state.history, event, nowMs);
  await deps.feeds.setState(feedId, {
    failures: String(failures),
    failingSinceMs: String(failingSinceMs),
    failure: reason,
    log: history,
  });
  return { ...state, failures, failingSinceMs, toldSinceMs, failure: reason, history };
}

/**
 * The beginning of the trouble that channels may have heard of, 0 for none: who tells them may die before that is noted. To be written with the
 * first good reading; `tell` knows who has heard. Pure.
 */
export function heardSinceMs(
  state: Trouble & Pick<FeedState, "failure">,
  limits: TroubleLimits,
  nowMs: number,
): number {
  const mayBeTold = state.failures > 0 && (state.failure === GONE || troubleOf(state, limits, nowMs) === "tell");
  return mayBeTold ? state.failingSinceMs : state.toldSinceMs;
}

/** To be called once it is written that the feed could be read: tells those who heard of the trouble that it is over. */
export async function noteBack(deps: TroubleDeps, feedId: string, state: FeedState): Promise<void> {
  if (state.toldSinceMs === 0) return;
  await deps.tell(feedId, state, { kind: "back", sinceMs: state.toldSinceMs, resumedAtMs: 0, reason: "" });
  await deps.feeds.setState(feedId, { toldSinceMs: "0" });
}

/** A feed that is read again on a person's word has as long as any other until reading stops. */
export async function wakeFeed(deps: TroubleDeps, feedId: string, state: FeedState): Promise<FeedState> {
  if (state.stopped !== "failing") return state;
  const resumedAtMs = await deps.nowMs();
  await deps.feeds.setState(feedId, { stopped: "", resumedAtMs: String(resumedAtMs) });
  return { ...state, stopped: "", resumedAtMs };
}

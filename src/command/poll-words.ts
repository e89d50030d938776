import type { ChannelFeed } from "../follow/channel-feeds.ts";
import type { FeedState } from "../poll/feed-state.ts";
import { type PollRun, pollRuns } from "../poll/history.ts";
import { duration, moment } from "./time-words.ts";

/** The last polls of a feed, newest first, each in a line. */
export function pollLines(state: FeedState): string[] {
  const runs = pollRuns(state.history).toReversed();
  return runs.map((run, i) => `${moment(run.lastAtMs)}: ${runWords(run, i === 0 ? state.failure : "")}`);
}

/** `failure`: the last one in full, where this is it. */
function runWords(run: PollRun, failure: string): string {
  const times = run.count === 1 ? "" : `, ${String(run.count)} times in a row`;
  switch (run.kind) {
    case "same":
      return `not changed${times}`;
    case "gone":
      return `gone for good (410)${times}`;
    case "moved":
      return "moved for good: asked at its new address from here on";
    case "failed":
      return `failed${times}: ${failure === "" ? reasonWords(run.reason) : failure}`;
    case "read":
      return `read, ${entriesWords(run)}`;
    case "part":
      return `read in part, since the document broke off or is damaged, ${entriesWords(run)}`;
  }
}

function entriesWords({ entries, unseen }: { readonly entries: number; readonly unseen: number }): string {
  const all = entries === 1 ? "1 entry" : `${String(entries)} entries`;
  return `${all}, ${unseen === 0 ? "none new" : `${String(unseen)} new`}`;
}

function reasonWords(reason: string): string {
  return /^\d{3}$/.test(reason) ? `it answered ${reason}` : reason;
}

/** "read 5 minutes ago, next in 10 minutes" */
export function healthWords(state: FeedState, dueAtMs: number | null, nowMs: number): string {
  const last = state.lastOkAtMs === 0 ? "not read yet" : `read ${duration(nowMs - state.lastOkAtMs)} ago`;
  if (state.stopped !== "") return last;
  if (dueAtMs === null) return `${last}, not scheduled`;
  return `${last}, next ${dueAtMs <= nowMs ? "now" : `in ${duration(dueAtMs - nowMs)}`}`;
}

/** What is wrong with a feed, and what to do; "" for nothing. */
export function troubleWords({ number, state }: ChannelFeed, nowMs: number): string {
  const why = state.failure.replace(/\.$/, "");
  const again = `resume ${String(number)}`;
  switch (state.stopped) {
    case "gone":
      return `not read any more: its publisher says that it is gone for good (410). “${again}” asks for it once more`;
    case "failing":
      return `not read any more, after failing since ${moment(state.failingSinceMs)}: ${why}. “${again}” tries again`;
    case "":
      if (state.failures === 0) return "";
      return `failing for ${duration(nowMs - state.failingSinceMs)}: ${why}. It is tried again by itself; “${again}” does so now`;
  }
}

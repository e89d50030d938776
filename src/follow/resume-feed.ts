import { toFeedState } from "../poll/feed-state.ts";
import { type PollResult, pollFeed } from "../poll/poll-feed.ts";
import { shardOf } from "../poll/shards.ts";
import type { FollowDeps } from "./follow-feed.ts";

/**
 * Reads a feed at once on a person's word, also where reading had stopped, and puts it back on the schedule unless its publisher
 * says that it is gone. A crash in between leaves that to the sweep.
 */
export async function resumeFeed(
  { poll, shardCount }: Pick<FollowDeps, "poll" | "shardCount">,
  feedId: string,
  signal: AbortSignal,
): Promise<PollResult> {
  const result = await pollFeed(poll, feedId, signal, true);
  if (result.kind === "stop") return result;
  const state = toFeedState(await poll.feeds.state(feedId));
  // Busy: somebody else's request to the host goes first, and the schedule brings this one.
  const delayMs = result.kind === "polled" ? result.nextInMs : 0;
  if (state === null || (state.stopped !== "" && result.kind === "busy")) return result;
  const shard = shardOf(state.url, shardCount);
  await poll.feeds.schedule.add(shard, feedId, delayMs);
  await poll.feeds.schedule.setDefinitive(shard, feedId, delayMs);
  return result;
}

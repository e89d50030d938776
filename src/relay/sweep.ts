import { type FeedState, toFeedState } from "../poll/feed-state.ts";
import { shardOf } from "../poll/shards.ts";
import { restUnlessFollowed } from "../follow/follow-feed.ts";
import { DEFAULT_SETTINGS } from "../follow/settings.ts";
import { moveChannel } from "./move-channel.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";

export interface SweepDeps {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly shardCount: number;
  readonly nowMs: () => Promise<number>;
  readonly wake: (channel: string) => Promise<void>;
  readonly fanOut: (feedId: string) => Promise<void>;
}

/**
 * Puts right what a crash left between two steps: follows of which only the channel knows, feeds that fell off the schedule,
 * fan-out records that nobody finished, channels whose wake-up was lost. Slow, and needed. What fails holds up nothing else;
 * the first failure is thrown at the end.
 */
export async function sweep(deps: SweepDeps, signal: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  const each = async (run: () => Promise<void>): Promise<void> => {
    if (signal.aborted) return;
    await run().catch((error: unknown) => failures.push(error));
  };
  for (let shard = 0; shard < deps.shardCount; shard += 1) {
    for (const feedId of await deps.feeds.scheduled(shard))
      await each(async () => await sweepFeed(deps, shard, feedId));
  }
  for (let cursor = "start"; cursor !== "0";) {
    const page = await deps.channels.channels(cursor === "start" ? "0" : cursor);
    for (const channel of page.channels) await each(async () => await sweepChannel(deps, channel));
    cursor = page.cursor;
  }
  if (failures.length > 0) throw failures[0];
}

async function sweepFeed(deps: SweepDeps, shard: number, feedId: string): Promise<void> {
  if (await deps.feeds.hasFanOut(feedId)) await deps.fanOut(feedId);
  await restUnlessFollowed(deps.feeds, shard, feedId);
}

async function sweepChannel(deps: SweepDeps, channel: string): Promise<void> {
  const successor = await deps.channels.movedTo(channel);
  if (successor !== null) await moveChannel(deps, channel, successor);
  if ((await deps.channels.outstanding(channel)) > 0) await deps.wake(channel);
  // Its follows belong to the successor, also while the move waits.
  if (successor !== null) return;
  for (const [feedId, followId] of await deps.channels.follows(channel)) {
    const [fields, follower] = await Promise.all([deps.feeds.state(feedId), deps.feeds.follower(feedId, channel)]);
    const state = toFeedState(fields);
    if (state === null || state.gone) continue;
    if (follower?.followId !== followId)
      await deps.feeds.commitFollow(feedId, channel, followId, JSON.stringify(DEFAULT_SETTINGS));
    if (state.formerUrl !== "") await bringHome(deps, feedId, state);
    await deps.feeds.schedule(shardOf(state.url, deps.shardCount), feedId, 0);
  }
}

/** A feed that goes on at another host belongs to another shard; a crash may have left it on the old one. */
async function bringHome(deps: SweepDeps, feedId: string, { url, formerUrl }: FeedState): Promise<void> {
  const [from, to] = [shardOf(formerUrl, deps.shardCount), shardOf(url, deps.shardCount)];
  const dueAtMs = from === to ? null : await deps.feeds.dueAt(from, feedId);
  if (dueAtMs !== null) await deps.feeds.moveDue(from, to, feedId, Math.max(0, dueAtMs - (await deps.nowMs())));
}

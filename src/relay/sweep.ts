import { toFeedState } from "../poll/feed-state.ts";
import { shardOf } from "../poll/shards.ts";
import { restUnlessFollowed } from "../follow/follow-feed.ts";
import { DEFAULT_SETTINGS } from "../follow/settings.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";

export interface SweepDeps {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly shardCount: number;
  readonly wake: (channel: string) => Promise<void>;
  readonly fanOut: (feedId: string) => Promise<void>;
}

/**
 * Puts right what a crash left between two steps: follows of which only the channel knows, feeds that fell off the schedule,
 * fan-out records that nobody finished, channels whose wake-up was lost. Slow, and needed.
 */
export async function sweep(deps: SweepDeps, signal: AbortSignal): Promise<void> {
  for (let shard = 0; shard < deps.shardCount; shard += 1) {
    for (const feedId of await deps.feeds.scheduled(shard)) {
      if (signal.aborted) return;
      if (await deps.feeds.hasFanOut(feedId)) await deps.fanOut(feedId);
      await restUnlessFollowed(deps.feeds, shard, feedId);
    }
  }
  let cursor = "0";
  do {
    const page = await deps.channels.channels(cursor);
    for (const channel of page.channels) {
      if (signal.aborted) return;
      await sweepChannel(deps, channel);
    }
    cursor = page.cursor;
  } while (cursor !== "0");
}

async function sweepChannel(deps: SweepDeps, channel: string): Promise<void> {
  if ((await deps.channels.outstanding(channel)) > 0) await deps.wake(channel);
  for (const [feedId, followId] of await deps.channels.follows(channel)) {
    const [fields, follower] = await Promise.all([deps.feeds.state(feedId), deps.feeds.follower(feedId, channel)]);
    const state = toFeedState(fields);
    if (state === null || state.gone) continue;
    if (follower?.followId !== followId)
      await deps.feeds.commitFollow(feedId, channel, followId, JSON.stringify(DEFAULT_SETTINGS));
    await deps.feeds.schedule(shardOf(state.url, deps.shardCount), feedId, 0);
  }
}

import { restUnlessFollowed } from "../follow/follow-feed.ts";
import { toFeedState } from "../poll/feed-state.ts";
import { shardOf } from "../poll/shards.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { ImportStore } from "../store/import-store.ts";

export interface ForgetDeps {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly imports: ImportStore;
  readonly shardCount: number;
  readonly nowMs: () => Promise<number>;
  readonly fanOut: (feedId: string) => Promise<void>;
  readonly startImport: (channel: string) => Promise<void>;
  /** What the platform's adapter remembers of the channel. */
  readonly forgetMemory: (channel: string) => Promise<void>;
}

/**
 * Removes everything that is kept of a channel which bears the mark (`ForgetStore.mark`); run by the command, and by the sweep until it is
 * done. Every step may run twice, and what is read of the channel goes last, so a crash between any two is made up for:
 *
 * 1. With the mark nothing is begun any more: there is no writer, and no follow or import gets in. What still comes to wait goes with the rest.
 * 2. A post that is under way comes to its end, or to its deadline, behind which nobody hands it over. An import stops.
 * 3. The feeds lose their follower, and no open fan-out record names the channel any more. Feeds that nobody follows rest.
 * 4. What the adapter remembers, then all keys of the channel's slot in one script, and the registry.
 *
 * Somebody who stalled before the mark and wakes up after the end finds that nothing fits: epochs and follow ids go on from the old
 * ones for a day. False when it has to be tried again later.
 */
export async function forgetChannel(deps: ForgetDeps, channel: string): Promise<boolean> {
  const { forgets } = deps.channels;
  const standing = await forgets.standing(channel);
  if (standing === "kept") return true;
  if (standing === "forgetting") {
    if (!(await isQuiet(deps, channel))) return false;
    for (const feedId of await forgets.feeds(channel)) await leaveFeed(deps, channel, feedId);
    await deps.forgetMemory(channel);
    await deps.imports.close(channel);
    await forgets.remove(channel);
  }
  await forgets.unregister(channel);
  return true;
}

/** Step 2. */
async function isQuiet({ channels, imports, nowMs, startImport }: ForgetDeps, channel: string): Promise<boolean> {
  const { sending } = await channels.waiting(channel);
  if (sending?.phase === "attempting" && (await nowMs()) < sending.deadlineAtMs) return false;
  const state = await imports.state(channel);
  if (state === null || state.isTold) return true;
  await imports.stop(channel, state.id);
  await startImport(channel);
  return false;
}

/** Step 3. Also where a crash left a follower of which the channel knows nothing any more. */
async function leaveFeed(deps: ForgetDeps, channel: string, feedId: string): Promise<void> {
  const { feeds } = deps;
  const follower = await feeds.followers.get(feedId, channel);
  if (follower !== null) await feeds.followers.drop(feedId, channel, follower.followId);
  if (await feeds.hasFanOut(feedId)) await deps.fanOut(feedId);
  const state = toFeedState(await feeds.state(feedId));
  if (state !== null) await restUnlessFollowed(feeds, shardOf(state.url, deps.shardCount), feedId);
}

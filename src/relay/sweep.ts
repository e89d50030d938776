import { type FeedState, toFeedState } from "../poll/feed-state.ts";
import { shardOf } from "../poll/shards.ts";
import { restUnlessFollowed } from "../follow/follow-feed.ts";
import { defaultsOf } from "../follow/defaults.ts";
import { moveChannel } from "./move-channel.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { JOINING_SINCE } from "../store/follower-store.ts";

const AT_ONCE = 64;

export interface SweepDeps {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly shardCount: number;
  readonly nowMs: () => Promise<number>;
  readonly wake: (channel: string) => Promise<void>;
  readonly fanOut: (feedId: string) => Promise<void>;
  /** Brings the followers of a feed to the one that it goes on as, and lets begin who joined it and is brought there no more. */
  readonly merge: (feedId: string, signal: AbortSignal) => Promise<void>;
  /** Goes on with a follow's change of address. */
  readonly move: (channel: string, from: string, signal: AbortSignal) => Promise<unknown>;
  /** Has a channel forgotten that was left long ago. */
  readonly left?: (channel: string) => Promise<void>;
  /** Goes on with removing what is kept of a channel. */
  readonly forget: (channel: string) => Promise<unknown>;
  readonly census?: CensusSink;
}

/** Told of all that a sweep meets on its way. */
export interface CensusSink {
  channel(channel: string): Promise<void>;
  /** Once for each channel that follows it. */
  feed(feedId: string, state: FeedState): void;
  /** It has been everywhere. */
  done(): Promise<void>;
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
    await together(await deps.feeds.schedule.all(shard), async (feedId) => {
      await each(async () => await sweepFeed(deps, shard, feedId));
    });
  }
  const merging = new Set<string>();
  for (let cursor = "start"; cursor !== "0";) {
    const page = await deps.channels.channels(cursor === "start" ? "0" : cursor);
    for (const channel of page.channels) {
      await each(async () => await deps.left?.(channel));
      if ((await deps.channels.forgets.standing(channel)) !== "kept") {
        await each(async () => void (await deps.forget(channel)));
        continue;
      }
      await each(async () => await deps.census?.channel(channel));
      const moves = await deps.channels.moves.of(channel);
      await each(async () => await sweepChannel(deps, channel, moves, merging));
      // A channel that moved takes its changes of address along.
      if ((await deps.channels.movedTo(channel)) !== null) continue;
      for (const from of moves.keys()) await each(async () => void (await deps.move(channel, from, signal)));
    }
    cursor = page.cursor;
  }
  for (const feedId of merging) await each(async () => await deps.merge(feedId, signal));
  await each(async () => await deps.census?.done());
  if (failures.length > 0) throw failures[0];
}

/** What is asked of Redis for several at once costs a third of what it costs one after the other; there may be 100,000. */
async function together<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE)
    await Promise.all(items.slice(from, from + AT_ONCE).map(async (item) => await run(item)));
}

async function sweepFeed(deps: SweepDeps, shard: number, feedId: string): Promise<void> {
  if (await deps.feeds.hasFanOut(feedId)) await deps.fanOut(feedId);
  await restUnlessFollowed(deps.feeds, shard, feedId);
}

/** Adds to `merging` what the channel follows that goes on as another feed, and what it has joined but nothing brings it to. */
async function sweepChannel(
  deps: SweepDeps,
  channel: string,
  moves: ReadonlyMap<string, string>,
  merging: Set<string>,
): Promise<void> {
  const successor = await deps.channels.movedTo(channel);
  if (successor !== null) await moveChannel(deps, channel, successor);
  if (await hasWork(deps, channel)) await deps.wake(channel);
  // Its follows belong to the successor, also while the move waits.
  if (successor !== null) return;
  const follows = await followedFeeds(deps, channel);
  const goals = new Set([...follows.map(({ state }) => state.mergedInto), ...moves.values()]);
  await together(follows, async ({ feedId, followId, state }) => {
    if (state.mergedInto !== "") merging.add(feedId);
    // The follow of a goal gets the rules of the one that goes there.
    if (state.stopped !== "" || goals.has(feedId)) return;
    const follower = await deps.feeds.followers.get(feedId, channel);
    if (follower?.followId !== followId)
      await deps.feeds.followers.commit(
        feedId,
        channel,
        followId,
        JSON.stringify(await defaultsOf(deps.channels, channel)),
      );
    if (follower?.since === JOINING_SINCE) merging.add(feedId);
    if (state.isClosed) return;
    if (state.formerUrl !== "") await bringHome(deps, feedId, state);
    await deps.feeds.schedule.add(shardOf(state.url, deps.shardCount), feedId, 0);
  });
}

async function hasWork({ channels, nowMs }: SweepDeps, channel: string): Promise<boolean> {
  const [outstanding, ...dueAtMs] = await Promise.all([
    channels.outstanding(channel),
    channels.edits.dueAt(channel),
    channels.details.dueAt(channel),
  ]);
  const firstDueMs = Math.min(...dueAtMs.map((at) => at ?? Number.POSITIVE_INFINITY));
  return outstanding > 0 || (firstDueMs < Number.POSITIVE_INFINITY && firstDueMs <= (await nowMs()));
}

interface FollowedFeed {
  readonly feedId: string;
  readonly followId: string;
  readonly state: FeedState;
}

async function followedFeeds(deps: SweepDeps, channel: string): Promise<FollowedFeed[]> {
  const found: FollowedFeed[] = [];
  await together([...(await deps.channels.follows(channel))], async ([feedId, followId]) => {
    const state = toFeedState(await deps.feeds.state(feedId));
    if (state === null) return;
    deps.census?.feed(feedId, state);
    found.push({ feedId, followId, state });
  });
  return found;
}

/** A feed that goes on at another host belongs to another shard; a crash may have left it on the old one. */
async function bringHome(deps: SweepDeps, feedId: string, { url, formerUrl }: FeedState): Promise<void> {
  const [from, to] = [shardOf(formerUrl, deps.shardCount), shardOf(url, deps.shardCount)];
  const dueAtMs = from === to ? null : await deps.feeds.schedule.dueAt(from, feedId);
  if (dueAtMs !== null) await deps.feeds.schedule.move(from, to, feedId, Math.max(0, dueAtMs - (await deps.nowMs())));
}

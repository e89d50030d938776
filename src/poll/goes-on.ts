import type { FeedFields, FeedStore } from "../store/feed-store.ts";
import { JOINING_SINCE } from "../store/follower-store.ts";
import { toFeedState } from "./feed-state.ts";
import { moveFields, NOWHERE } from "./moved.ts";

/** The feed goes on as another, which is followed already. It is read as before until a merge can read that one, and closes it. Pure. */
export function asAnother(feedId: string): FeedFields {
  return { ...moveFields(NOWHERE), mergedInto: feedId };
}

const MOST_MERGES = 10;

/** The feed that an id stands for today: its own, or the one that it goes on as. */
export async function feedThatGoesOn(feeds: FeedStore, feedId: string): Promise<string> {
  let id = feedId;
  for (let merges = 0; merges < MOST_MERGES; merges += 1) {
    const next = toFeedState(await feeds.state(id))?.mergedInto ?? "";
    if (next === "") break;
    id = next;
  }
  return id;
}

/** One merge at a time: not into a feed that cannot be read, and not while others are still joining this one. */
export async function canJoin(feeds: FeedStore, feedId: string, into: string): Promise<boolean> {
  const state = toFeedState(await feeds.state(into));
  if (state === null || !state.read || state.stopped !== "" || state.failures > 0) return false;
  const followers = await Promise.all(
    (await feeds.followers.channels(feedId)).map(async (channel) => await feeds.followers.get(feedId, channel)),
  );
  return followers.every((follower) => follower?.since !== JOINING_SINCE);
}

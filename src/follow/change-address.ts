import type { FeedState } from "../poll/feed-state.ts";
import { JOINING_SINCE } from "../store/follower-store.ts";
import type { ChannelFeed } from "./channel-feeds.ts";
import { findFeed, type FollowDeps } from "./follow-feed.ts";
import { type MoveEnd, moveFollow } from "./move-follow.ts";

export type AddressChange =
  | { readonly kind: "refused"; readonly reason: string }
  /** It is read there already. */
  | { readonly kind: "same"; readonly state: FeedState }
  | { readonly kind: "changed"; readonly feedId: string; readonly state: FeedState; readonly end: MoveEnd };

interface ChangeDeps extends FollowDeps {
  readonly wake: (channel: string) => Promise<void>;
}

const IN_A_MOMENT = "Try again in a minute.";

/** Lets a channel read one of its feeds at another address: the follow goes there with its settings, and what was seen stays seen. */
export async function changeAddress(
  deps: ChangeDeps,
  channel: string,
  feed: ChannelFeed,
  address: string,
  signal: AbortSignal,
): Promise<AddressChange> {
  const { channels, poll } = deps;
  const found = await findFeed(deps, address, signal);
  if (found.kind === "refused") return found;
  const { feedId: into, state } = found;
  if (into === feed.feedId) return { kind: "same", state };
  if (feed.state.mergedInto !== "")
    return refusal(`${feed.title} is just moving, as its publisher asked for. ${IN_A_MOMENT}`);
  if ((await poll.feeds.followers.get(feed.feedId, channel))?.since === JOINING_SINCE)
    return refusal(`${feed.title} has only just changed its address. ${IN_A_MOMENT}`);
  const goal = (await channels.moves.of(channel)).get(feed.feedId);
  const place = [...(await channels.follows(channel)).keys()].indexOf(into) + 1;
  if (goal === undefined && place > 0)
    return refusal(`This channel follows ${state.url} already, as number ${String(place)}. Unfollow one of the two.`);
  if ((await channels.moves.note(channel, feed.feedId, into)) !== into)
    return refusal(`${feed.title} is on its way to another address already. ${IN_A_MOMENT}`);
  return { kind: "changed", feedId: into, state, end: await moveFollow(deps, channel, feed.feedId, signal) };
}

function refusal(reason: string): AddressChange {
  return { kind: "refused", reason };
}

import { isEdit, toItem } from "./item.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";

export interface MoveDeps {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly wake: (channel: string) => Promise<void>;
  readonly fanOut: (feedId: string) => Promise<void>;
}

const ANY_NUMBER = 1_000_000;

/**
 * Brings the follows of a channel, and what waits in it, to the channel that takes its place. Run by the sweep alone; every
 * step may run twice, so a move that a crash cut short goes on at the next sweep. A delivery of which nobody knows whether it
 * landed is settled first: until then the rest of the move waits too.
 */
export async function moveChannel(deps: MoveDeps, from: string, to: string): Promise<void> {
  const { feeds, channels } = deps;
  const feedIds = [...(await channels.follows(from)).keys()];
  await channels.register(to);
  const defaults = await channels.settings.defaults(from);
  if (defaults !== "") await channels.settings.changeDefaults(to, (before) => before || defaults);
  for (const feedId of feedIds) {
    const followId = await channels.beginFollow(to, feedId, ANY_NUMBER);
    // That one is being forgotten.
    if (followId === null) return;
    await feeds.moveFollower(feedId, from, to, followId);
    const goal = (await channels.moves.of(from)).get(feedId);
    if (goal !== undefined) await channels.moves.note(to, feedId, goal);
    // Records that still name the old channel bring it what is meant for the new one.
    await deps.fanOut(feedId);
  }
  const { sending, items } = await channels.waiting(from);
  // The messages of the old channel stay there, and nobody reads them any more.
  if (sending?.phase === "attempting" && !sending.items.every(isEdit)) return;
  const ids = [...(sending?.items ?? []), ...items].filter((id) => !isEdit(id) && toItem(id).kind === "entry");
  await channels.adopt(to, ids);
  if (sending !== null && !(await channels.abandon(from, sending.key))) return;
  for (const feedId of feedIds) {
    await channels.unfollow(from, feedId);
    await channels.moves.forget(from, feedId);
  }
  await channels.edits.forget(from);
  await channels.details.forget(from);
  await channels.forgetMoved(from);
  await deps.wake(to);
}

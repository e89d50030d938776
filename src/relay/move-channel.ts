import { UTC } from "../zone.ts";
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
 * Brings the follows of a channel, what it knows of links, and what waits in it, to the channel that takes its place. Run by the sweep alone; every
 * step may run twice, so a move that a crash cut short goes on at the next sweep. A delivery of which nobody knows whether it
 * landed is settled first: until then all of the move waits, since the follows must not change there before what waits has come.
 */
export async function moveChannel(deps: MoveDeps, from: string, to: string): Promise<void> {
  const { feeds, channels } = deps;
  if (await mayLand(channels, from)) return;
  // Who was about to begin a post there cannot any more, and nobody else is given one to begin.
  await channels.delivery.takeOver(from);
  if (await mayLand(channels, from)) return;
  const feedIds = [...(await channels.follows(from)).keys()];
  await channels.register(to);
  const defaults = await channels.settings.defaults(from);
  if (defaults !== "") await channels.settings.changeDefaults(to, (before) => before || defaults);
  const zone = await channels.settings.zone(from);
  if ((await channels.settings.zone(to)) === UTC && zone !== UTC) await channels.settings.setZone(to, zone);
  // Before anything may come to wait there, of which a copy was posted here.
  await channels.carried.carry(from, to);
  for (const feedId of feedIds) {
    const followId = await channels.beginFollow(to, feedId, ANY_NUMBER);
    // That one is being forgotten.
    if (followId === null) return;
    await feeds.followers.move(feedId, from, to, followId);
    // Records that still name the old channel bring it what is meant for the new one.
    await deps.fanOut(feedId);
  }
  // The messages of the old channel stay there, and nobody reads them any more.
  const { sending, items } = await channels.waiting(from);
  const ids = [...(sending?.items ?? []), ...items].filter((id) => !isEdit(id) && toItem(id).kind === "entry");
  await channels.adopt(to, ids);
  if (sending !== null && !(await channels.abandon(from, sending.key))) return;
  for (const feedId of feedIds) await channels.unfollow(from, feedId);
  // A change of address goes on only behind that: it may end a follow, which would begin anew if this came here again.
  for (const [feedId, goal] of await channels.moves.of(from)) {
    await channels.moves.note(to, feedId, goal);
    await channels.moves.forget(from, feedId);
  }
  await channels.edits.forget(from);
  await channels.details.forget(from);
  await channels.forgetMoved(from);
  await deps.wake(to);
}

/** Whether a message may still appear in the channel, or have appeared. */
async function mayLand(channels: ChannelStore, channel: string): Promise<boolean> {
  const { sending } = await channels.waiting(channel);
  return sending?.phase === "attempting" && !sending.items.every(isEdit);
}

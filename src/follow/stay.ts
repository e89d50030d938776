import { fromRecord } from "../feed/entry-record.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { filteredBecause } from "./filter.ts";
import type { MergeDeps } from "./merge-feed.ts";
import { toSettings } from "./settings.ts";

const ANY_TRIES = 3;

/**
 * A feed that a channel was about to leave is what its goal has become, before the channel began there: the follow stays where it is, and
 * gets what the feed published meanwhile. False when it has to be tried again later. Every step may run twice, and the note goes last:
 *
 * 1. What is above the last entry that the channel had is taken into its outbox, each entry once.
 * 2. If nothing was recorded since, the follow goes on from there; otherwise 1 begins again. Whoever still thinks that the follow leaves for
 *    this goal is told no from then on.
 * 3. The note goes, and with it the follow of the goal.
 */
export async function stay(
  { poll, channels }: MergeDeps,
  channel: string,
  from: string,
  goal: string,
): Promise<boolean> {
  const { feeds, fanOut } = poll;
  // What it was given before stands in front.
  await fanOut(from);
  let isBack = false;
  for (let tries = 0; tries < ANY_TRIES && !isBack; tries += 1) {
    const lastNumber = await feeds.lastNumber(from);
    const left = await channels.moves.leftBehind(from, channel);
    const follower = await feeds.followers.get(from, channel);
    if (left !== null && follower !== null) {
      const numbers = Array.from({ length: Math.max(0, Number(lastNumber) - left) }, (_, i) => left + 1 + i);
      const items = await judged(feeds, from, numbers, follower.settings);
      await channels.moves.take(channel, from, follower.followId, items);
    }
    isBack = await channels.moves.comeBack(from, channel, goal, lastNumber);
  }
  if (!isBack) return false;
  const joined = await feeds.followers.get(goal, channel);
  await channels.moves.stay(channel, from, goal);
  if (joined !== null) await feeds.followers.drop(goal, channel, joined.followId);
  return true;
}

/** Entries as a channel's outbox takes them, each with the rule that keeps it out. */
export async function judged(
  feeds: FeedStore,
  feedId: string,
  numbers: readonly number[],
  settings: string,
): Promise<{ readonly n: number; readonly why: string }[]> {
  const records = await feeds.entries(feedId, numbers);
  const { filter } = toSettings(settings);
  return numbers.map((n, i) => {
    const entry = fromRecord(records[i] ?? "");
    return { n, why: entry === null ? "" : filteredBecause(filter, entry) };
  });
}

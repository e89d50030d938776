import type { IdentifiedEntry } from "../feed/identity.ts";
import type { ReadDocument } from "../feed/read/read-document.ts";
import { toFeedState } from "../poll/feed-state.ts";
import { feedThatGoesOn } from "../poll/goes-on.ts";
import { readUrl } from "../poll/reading.ts";
import { postingOrder, recordDocument } from "../poll/record.ts";
import { shardOf } from "../poll/shards.ts";
import { type FollowerRow, JOINING_SINCE } from "../store/follower-store.ts";
import { entryOfItem } from "../store/ledger-store.ts";
import type { Leaving } from "../store/moves-store.ts";
import { restUnlessFollowed } from "./follow-feed.ts";
import type { MergeDeps } from "./merge-feed.ts";
import { judged, stay } from "./stay.ts";

interface Move {
  readonly channel: string;
  readonly from: string;
  readonly into: string;
  /** Of the follow there. */
  readonly followId: string;
  readonly leaving: Leaving;
}

/** What has become of it so far. `wasLeft` is false while posts of the feed that is left wait: they keep its rules until they are out. */
export type MoveEnd =
  | { readonly kind: "moved"; readonly news: number; readonly wasLeft: boolean }
  /** The document there cannot be read now: the sweep tries again. */
  | { readonly kind: "later" }
  /** The feed there has become the one that was to be left. */
  | { readonly kind: "stays" }
  /** Somebody unfollowed one of the two meanwhile. */
  | { readonly kind: "given-up" };

const ANY_TRIES = 3;
/** A post may bear a date somewhat before the reading that did not show it yet. */
const LAG_MS = 86_400_000;

/**
 * Brings one channel's follow from a feed to another, with its settings, where the channel noted that it goes there. Run by the command, and
 * by the sweep until it is done; a crash between any two steps loses nothing and repeats nothing:
 *
 * 1. The old feed gives the channel nothing more, and keeps up to which entry it did: what identity finds there at any later time with
 *    a higher number, or not at all, the channel never had.
 * 2. The channel joins the new feed and gets nothing from there yet.
 * 3. The new feed's document is read and recorded. What is in it and new to the channel is taken into its outbox, each entry once.
 * 4. If nothing else was recorded there since before, its last number is where the channel begins; otherwise 3 begins again.
 * 5. The channel leaves the old feed once nothing of it waits.
 *
 * Remains: what is published and gone from the new document again before 3 can read it.
 */
export async function moveFollow(
  deps: MergeDeps,
  channel: string,
  from: string,
  signal: AbortSignal,
): Promise<MoveEnd> {
  const { feeds } = deps.poll;
  const { moves } = deps.channels;
  const goal = (await moves.of(channel)).get(from);
  const into = goal === undefined ? undefined : await openGoal(deps, channel, from, goal);
  if (goal !== undefined && into === from) return await comeBack(deps, channel, from, goal);
  const old = await feeds.followers.get(from, channel);
  const ownId = (await deps.channels.follows(channel)).get(from);
  if (into === undefined) return { kind: "given-up" };
  const leaving = old === null || ownId !== old.followId ? null : await moves.leave(from, channel, ownId, into);
  const followId = leaving === null ? null : await moves.enter(channel, from);
  if (old === null || leaving === null || followId === null) {
    // Who unfollowed the new one does not want the old one back either.
    await letGo(deps, channel, from, leaving === null ? null : old);
    return { kind: "given-up" };
  }
  const move = { channel, from, into, followId, leaving };
  await moves.became(channel, from, into);
  await feeds.followers.join(into, channel, followId, old.settings);
  await deps.poll.fanOut(from);
  const news = await begin(deps, move, signal);
  if (news === null) return { kind: "later" };
  await deps.wake(channel);
  const { sending, items } = await deps.channels.waiting(channel);
  const wasLeft = ![...(sending?.items ?? []), ...items].some((id) => entryOfItem(id).startsWith(`${from}.`));
  if (wasLeft) await letGo(deps, channel, from, old);
  return { kind: "moved", news, wasLeft };
}

async function comeBack(deps: MergeDeps, channel: string, from: string, goal: string): Promise<MoveEnd> {
  const isBack = await stay(deps, channel, from, goal);
  await deps.wake(channel);
  return { kind: isBack ? "stays" : "later" };
}

/**
 * Where the goal was merged into another feed, and closed before the channel began there, it goes to that one. The note is turned first: a crash
 * behind that leaves a follow of the closed feed, which its merge brings along. Where that one is the feed which was to be left, `stay` says what follows.
 */
async function openGoal(deps: MergeDeps, channel: string, from: string, goal: string): Promise<string> {
  const { feeds } = deps.poll;
  if (toFeedState(await feeds.state(goal))?.isClosed !== true) return goal;
  const joined = await feeds.followers.get(goal, channel);
  const into = await feedThatGoesOn(feeds, goal);
  if ((joined !== null && joined.since !== JOINING_SINCE) || into === goal) return goal;
  if (into === from) return from;
  await deps.channels.moves.turn(channel, from, goal, into);
  await deps.channels.unfollow(channel, goal);
  if (joined !== null) await feeds.followers.drop(goal, channel, joined.followId);
  return into;
}

/** Steps 3 and 4. How many entries are new to the channel; null when it has to be tried again later. */
async function begin(deps: MergeDeps, move: Move, signal: AbortSignal): Promise<number | null> {
  const { feeds } = deps.poll;
  const { into, channel } = move;
  let news = 0;
  for (let tries = 0; tries < ANY_TRIES && !signal.aborted; tries += 1) {
    const joined = await feeds.followers.get(into, channel);
    // It was closed before anybody could join.
    if (joined === null) return null;
    if (joined.since !== JOINING_SINCE) return news;
    const state = toFeedState(await feeds.state(into));
    if (state === null || state.isClosed) return null;
    await feeds.schedule.add(shardOf(state.url, deps.shardCount), into, 0);
    const before = await feeds.lastNumber(into);
    const reading = await readUrl(deps.poll, { url: state.url, validators: null, knownBodyHash: "" }, signal);
    if (reading.kind !== "feed" || reading.response.cutBy === "connection") return null;
    const fresh = await recordDocument(feeds, into, reading.document, true, deps.poll.limits);
    await deps.poll.fanOut(into);
    news += await takeNews(deps, move, joined, reading.document);
    await feeds.followers.activateJoined(into, String(Number(before) + fresh.length), [channel]);
  }
  return (await feeds.followers.get(into, channel))?.since === JOINING_SINCE ? null : news;
}

async function takeNews(
  { poll, channels }: MergeDeps,
  { channel, from, into, followId, leaving }: Move,
  joined: FollowerRow,
  { entries, doubtfulKeys }: ReadDocument,
): Promise<number> {
  const [there, here] = await Promise.all(
    [into, from].map(async (feedId) => await channels.moves.numbersOf(feedId, entries, doubtfulKeys)),
  );
  const known = entries.map((item, i) => ({ ...item, there: there?.[i] ?? 0, here: here?.[i] ?? 0 }));
  const numbers = newsOf(known, leaving)
    .map((one) => one.there)
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
  const items = await judged(poll.feeds, into, numbers, joined.settings);
  return Math.max(0, await channels.moves.take(channel, into, followId, items));
}

interface Placed extends Pick<IdentifiedEntry, "entry"> {
  /** Its number in the feed that is left, 0 when that has not seen it. */
  readonly here: number;
}

/**
 * What the channel never had and is no old post either: dated after the old feed was last read, or, without a date, in front of the newest
 * that it had. What is older than that and was never in the old feed is the new one's archive. Pure.
 */
function newsOf<T extends Placed>(entries: readonly T[], { lastNumber, lastReadAtMs }: Leaving): T[] {
  const ordered = postingOrder(entries, ({ entry }) => entry);
  const wasHad = ({ here }: T): boolean => here > 0 && here <= lastNumber;
  const newestHad = ordered.findLastIndex(wasHad);
  return ordered.filter((one, i) => {
    if (wasHad(one)) return false;
    const date = Date.parse(one.entry.publishedAt ?? "");
    return Number.isNaN(date) ? newestHad !== -1 && i > newestHad : date > lastReadAtMs - LAG_MS;
  });
}

/** Step 5. The note goes last: until then the sweep comes here again. */
async function letGo(deps: MergeDeps, channel: string, from: string, old: FollowerRow | null): Promise<void> {
  const { feeds } = deps.poll;
  if (old !== null) await deps.channels.moves.unfollow(channel, from);
  const follower = await feeds.followers.get(from, channel);
  const follows = await deps.channels.follows(channel);
  if (follower !== null && follows.get(from) !== follower.followId)
    await feeds.followers.drop(from, channel, follower.followId);
  const state = toFeedState(await feeds.state(from));
  if (state !== null) await restUnlessFollowed(feeds, shardOf(state.url, deps.shardCount), from);
  await deps.channels.moves.forget(channel, from);
}

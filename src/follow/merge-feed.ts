import { type FeedState, toFeedState } from "../poll/feed-state.ts";
import { feedThatGoesOn } from "../poll/goes-on.ts";
import type { PollDeps } from "../poll/poll-feed.ts";
import { readUrl } from "../poll/reading.ts";
import type { ReadDocument } from "../feed/read/read-document.ts";
import { recordDocument } from "../poll/record.ts";
import { titleIn } from "./channel-feeds.ts";
import { shardOf } from "../poll/shards.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { JOINING_SINCE } from "../store/follower-store.ts";
import { entryOfItem } from "../store/ledger-store.ts";

export interface MergeDeps {
  readonly poll: PollDeps;
  readonly channels: ChannelStore;
  readonly shardCount: number;
  readonly wake: (channel: string) => Promise<void>;
}

interface Merge {
  readonly from: string;
  readonly into: string;
  readonly intoState: FeedState;
}

const ANY_NUMBER = 1_000_000;
/** A feed that publishes between two of them is joined at a later sweep. */
const MOST_TRIES = 3;

/**
 * Brings the followers of a feed that has moved for good to the feed that is followed at its new place already. Run by the
 * sweep alone, as often as needed; every step may run twice, and a crash between any two loses nothing and repeats nothing:
 *
 * 1. Until 3 succeeds the old feed is read as before, behind its redirect.
 * 2. Its followers join the new feed, and get nothing from there yet. A channel that follows both gets nothing more from the old one.
 * 3. The new feed's document is read. If nothing was recorded in the old feed since before, that is closed: `mergeRound` keeps all
 *    others from recording there, what it has is final. The document is recorded in the old feed, then in the new one. So
 *    whatever stands in the new feed up to its last number is in the old one too, or was gone before this reading: those who
 *    join had it, or have it now.
 * 4. If nothing was recorded in the new feed since before the document was read, its last number is where they begin, all in
 *    one script. What comes later has a higher number and is not in the old feed. Otherwise 3 begins again. Who joins from yet
 *    another feed waits for that feed's turn: this one's document is not recorded there.
 * 5. They get nothing more from the old feed, and leave it once nothing of it waits in their channel.
 *
 * A channel that only just came from the new feed to the old one, by a change of address, goes back in 2: its follow there waits like others.
 *
 * A channel that unfollows the old feed in between has joined all the same, and begins when nothing else brings it there.
 *
 * Remains: an entry that only the old feed had, gone from the document before the merge, is new when it comes back. What is published and
 * gone from the document again between a crash behind the closing and the next sweep does not reach those who still join.
 */
export async function mergeFeed(deps: MergeDeps, from: string, signal: AbortSignal): Promise<void> {
  const { feeds, fanOut } = deps.poll;
  const state = toFeedState(await feeds.state(from));
  if (state === null) return;
  // Who joins behind this keeps the round from closing the feed, who did before is seen by `beginLate`.
  const round = state.mergedInto === "" ? "" : await feeds.beginMergeRound(from);
  if (!(await beginLate(deps, from, state, signal))) return;
  const target = state.mergedInto;
  if (target === "") return;
  const into = await feedThatGoesOn(feeds, target);
  if (into !== target) return await turnTo(deps, from, target, into);
  const intoState = toFeedState(await feeds.state(into));
  if (intoState === null || into === from) return;
  const merge = { from, into, intoState };
  await fanOut(from);
  await feeds.schedule.add(shardOf(intoState.url, deps.shardCount), into, 0);
  if (!(await beginAll(deps, merge, round, signal))) return;
  if (await feeds.close(from, round, await feeds.lastNumber(from))) await letGo(deps, merge);
}

/** The new feed goes on as yet another: whoever still joins it joins that one instead. */
async function turnTo(deps: MergeDeps, from: string, target: string, into: string): Promise<void> {
  const { feeds } = deps.poll;
  for (const channel of await feeds.followers.channels(from)) {
    const joining = await feeds.followers.get(target, channel);
    if (joining?.since !== JOINING_SINCE) continue;
    await deps.channels.unfollow(channel, target);
    await feeds.followers.drop(target, channel, joining.followId);
  }
  await feeds.setState(from, { mergedInto: into });
}

/** Step 2; also sees to those who have begun. Returns who waits to; null when it has to be tried again later. */
async function joinAll(deps: MergeDeps, { from, into }: Merge): Promise<string[] | null> {
  const { feeds } = deps.poll;
  const joining: string[] = [];
  for (const channel of await feeds.followers.channels(from)) {
    const [old, follows] = await Promise.all([feeds.followers.get(from, channel), deps.channels.follows(channel)]);
    // Those who only wait to join this feed are another merge's.
    if (old === null || old.since === JOINING_SINCE) continue;
    const moves = await deps.channels.moves.of(channel);
    // Somebody said where else its follow goes.
    if (moves.has(from)) continue;
    if (follows.get(from) !== old.followId) {
      await feeds.followers.drop(from, channel, old.followId);
      continue;
    }
    if (moves.get(into) === from) {
      // It came from there, and goes back. Only then the note goes: without it nobody would know why that follow gets nothing.
      await deps.channels.moves.comeBack(into, channel, from, "");
      await deps.channels.moves.forget(channel, into);
    }
    const followId = await deps.channels.beginFollow(channel, into, ANY_NUMBER, from);
    if (followId === null) continue;
    await deps.channels.moves.became(channel, from, into);
    await feeds.followers.join(into, channel, followId, old.settings);
    const joined = await feeds.followers.get(into, channel);
    // Closed just now: it goes on as another itself.
    if (joined === null) return null;
    if (joined.since === JOINING_SINCE) joining.push(channel);
    else await feeds.followers.hold(from, channel);
  }
  return joining;
}

/** Steps 2 to 4. False when it has to be tried again later. */
async function beginAll(deps: MergeDeps, merge: Merge, round: string, signal: AbortSignal): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES && !signal.aborted; tries += 1) {
    const joining = await joinAll(deps, merge);
    if (joining === null) return false;
    if (joining.length === 0) return true;
    const { from, into, intoState } = merge;
    const lastOld = await deps.poll.feeds.lastNumber(from);
    const inOld = async (document: ReadDocument): Promise<boolean> => {
      if (!(await deps.poll.feeds.close(from, round, lastOld))) return false;
      await recordDocument(deps.poll.feeds, from, document, true, deps.poll.limits, round);
      await deps.poll.fanOut(from);
      return true;
    };
    if (!(await begin(deps, into, intoState.url, joining, inOld, signal))) return false;
  }
  return false;
}

/** Steps 3 and 4, which may have been in vain. False when the document could not be read. */
async function begin(
  { poll }: MergeDeps,
  into: string,
  url: string,
  joining: readonly string[],
  inOld: (document: ReadDocument) => Promise<boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  const lastNumber = await poll.feeds.lastNumber(into);
  const request = { url, validators: null, knownBodyHash: "" };
  const reading = await readUrl(poll, request, signal);
  if (reading.kind !== "feed" || reading.response.cutBy === "connection") return false;
  if (!(await inOld(reading.document))) return true;
  await recordDocument(poll.feeds, into, reading.document, true, poll.limits);
  await poll.fanOut(into);
  await poll.feeds.followers.activateJoined(into, lastNumber, joining);
  return true;
}

/**
 * Those who joined the feed and do not follow any more what would have brought them there. False while some may not have begun:
 * the feed must not be closed before, also not while a channel's own change of address goes here.
 */
async function beginLate(deps: MergeDeps, feedId: string, state: FeedState, signal: AbortSignal): Promise<boolean> {
  const { feeds } = deps.poll;
  const late: string[] = [];
  for (const channel of await feeds.followers.channels(feedId)) {
    const follower = await feeds.followers.get(feedId, channel);
    if (follower?.since !== JOINING_SINCE) continue;
    const follows = await deps.channels.follows(channel);
    if ([...(await deps.channels.moves.of(channel)).values()].includes(feedId)) return false;
    if (follows.get(feedId) === follower.followId && !(await isBrought(feeds, follows, feedId))) late.push(channel);
  }
  if (late.length === 0) return true;
  // A closed feed is read no more: what it has is final, and its own merge brings on who follows it.
  if (state.isClosed) await feeds.followers.activateJoined(feedId, await feeds.lastNumber(feedId), late);
  else await begin(deps, feedId, state.url, late, async () => await Promise.resolve(true), signal);
  return state.isClosed;
}

async function isBrought(feeds: FeedStore, follows: ReadonlyMap<string, string>, to: string): Promise<boolean> {
  for (const feedId of follows.keys()) if (toFeedState(await feeds.state(feedId))?.mergedInto === to) return true;
  return false;
}

async function letGo(deps: MergeDeps, { from, into, intoState }: Merge): Promise<void> {
  const { feeds } = deps.poll;
  for (const channel of await feeds.followers.channels(from)) {
    if ((await deps.channels.moves.of(channel)).has(from)) continue;
    // Who waits to begin here came too late, and goes on to the other feed itself.
    if ((await feeds.followers.get(from, channel))?.since === JOINING_SINCE) continue;
    await feeds.followers.hold(from, channel);
    const { sending, items } = await deps.channels.waiting(channel);
    if ([...(sending?.items ?? []), ...items].some((id) => entryOfItem(id).startsWith(`${from}.`))) continue;
    const [old, joined] = await Promise.all([feeds.followers.get(from, channel), feeds.followers.get(into, channel)]);
    if (old === null || joined === null) continue;
    if (old.settings !== joined.settings) await tell(deps, channel, { from, into, intoState });
    await deps.channels.unfollow(channel, from);
    await feeds.followers.drop(from, channel, old.followId);
  }
}

/** Of a channel that followed both, the rules of one remain. */
async function tell(deps: MergeDeps, channel: string, { from, into, intoState }: Merge): Promise<void> {
  const title = await titleIn(deps.poll.feeds, into, channel, intoState);
  const text = `Two feeds of this channel have become one: ${title}. It is followed once, with the rules that ${intoState.url} had here.`;
  await deps.channels.announce(channel, `merged-${from}`, text, into);
  await deps.wake(channel);
}

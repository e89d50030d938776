import { type FeedFields, type FeedStore, JOINING_SINCE } from "../store/feed-store.ts";
import { type FeedState, toFeedState } from "./feed-state.ts";
import type { PollBounds } from "./next-poll.ts";

/** RFC 9110 §15.4.2 lets a client replace a URL for good where it has reason to trust; one answer is no reason. */
const LEAST_POLLS = 3;
/** Times the longest interval: a day by default, longer than a redirect that was set by mistake. */
const LEAST_STRETCH = 4;

/** Where permanent redirects have led, poll after poll. */
export interface MoveEvidence {
  /** "" when the last reading was not redirected for good. */
  readonly movedTo: string;
  readonly movedSinceMs: number;
  readonly movedPolls: number;
}

const NOWHERE: MoveEvidence = { movedTo: "", movedSinceMs: 0, movedPolls: 0 };

export function toMoveEvidence(fields: FeedFields): MoveEvidence {
  return {
    movedTo: fields["movedTo"] ?? "",
    movedSinceMs: Number(fields["movedSinceMs"] ?? 0),
    movedPolls: Number(fields["movedPolls"] ?? 0),
  };
}

export function moveFields({ movedTo, movedSinceMs, movedPolls }: MoveEvidence): FeedFields {
  return { movedTo, movedSinceMs: String(movedSinceMs), movedPolls: String(movedPolls) };
}

/** What one more reading adds: `movedTo` is where it was found behind permanent redirects only, null when it was not. Pure. */
export function withReading(state: MoveEvidence, movedTo: string | null, nowMs: number): MoveEvidence {
  if (movedTo === null || !movedTo.startsWith("https:")) return NOWHERE;
  if (movedTo !== state.movedTo) return { movedTo, movedSinceMs: nowMs, movedPolls: 1 };
  return { ...state, movedPolls: state.movedPolls + 1 };
}

/** Is it enough to keep the new URL instead of the old one? Pure. */
export function hasMoved(evidence: MoveEvidence, bounds: PollBounds, nowMs: number): boolean {
  if (evidence.movedTo === "" || evidence.movedPolls < LEAST_POLLS) return false;
  return nowMs - evidence.movedSinceMs >= bounds.maxMs * LEAST_STRETCH;
}

/** The feed is asked at its new place from now on. What was stored for the old URL is not sent to another. Pure. */
export function atNewPlace(state: FeedState, url: string): FeedFields {
  return { ...moveFields(NOWHERE), url, formerUrl: state.url, etag: "", lastModified: "" };
}

/** The feed goes on as another, which is followed already: from this write on nobody but the merge records in it. Pure. */
export function asAnother(feedId: string): FeedFields {
  return { ...moveFields(NOWHERE), mergedInto: feedId, mergeRound: "1" };
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
  if (state === null || !state.read || state.gone || state.failures > 0) return false;
  const followers = await Promise.all(
    (await feeds.followers(feedId)).map(async (channel) => await feeds.follower(feedId, channel)),
  );
  return followers.every((follower) => follower?.since !== JOINING_SINCE);
}

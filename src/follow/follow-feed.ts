import { createHash } from "node:crypto";
import { type FeedLink, usualFeedPaths } from "../feed/discover/discover.ts";
import { type FeedState, toFeedState } from "../poll/feed-state.ts";
import { feedThatGoesOn } from "../poll/goes-on.ts";
import { type PollDeps, pollFeed, settlePoll } from "../poll/poll-feed.ts";
import { type Reading, readUrl } from "../poll/reading.ts";
import { shardOf } from "../poll/shards.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { defaultsOf } from "./defaults.ts";
import type { FollowSettings } from "./settings.ts";

export interface FollowDeps {
  /** Its gate waits for a busy host instead of giving up. */
  readonly poll: PollDeps;
  readonly channels: ChannelStore;
  readonly shardCount: number;
  readonly mostFollows: number;
}

export type FollowResult =
  | {
      readonly kind: "followed" | "already";
      readonly feedId: string;
      readonly state: FeedState;
      /** Other feeds the page offers. */ readonly others: readonly string[];
    }
  | RefusedFollow;

interface RefusedFollow {
  readonly kind: "refused";
  readonly reason: string;
  /** Nothing was learned of it: its server is busy with another request of ours. */
  readonly isBusy?: boolean;
  /** The channel follows as many as it may. */
  readonly isLimit?: boolean;
}

type Located =
  | { readonly kind: "located"; readonly feedId: string; readonly others: readonly string[] }
  | RefusedFollow;

export interface FoundFeed {
  readonly kind: "found";
  readonly feedId: string;
  readonly state: FeedState;
  readonly others: readonly string[];
}

/** Reads the feed at an address, or the feed of the site at that address. What is in it counts as seen from now on. */
export async function findFeed(
  deps: FollowDeps,
  address: string,
  signal: AbortSignal,
): Promise<FoundFeed | RefusedFollow> {
  const url = toUrl(address);
  if (url === null)
    return {
      kind: "refused",
      reason: `“${address}” is not a web address. Write it like https://example.org/feed.xml, or the address of the site.`,
    };
  const located = await locate(deps, url, signal);
  if (located.kind === "refused") return located;
  const { feedId, others } = located;
  const state = toFeedState(await deps.poll.feeds.state(feedId));
  if (state === null || !state.read)
    return {
      kind: "refused",
      reason: "The document broke off before its end. Try again in a moment.",
    };
  return { kind: "found", feedId, state, others };
}

/** Lets a channel follow the feed at an address, with its defaults unless `settings` says with which. What is there already stays unposted. */
export async function followFeed(
  deps: FollowDeps,
  channel: string,
  address: string,
  signal: AbortSignal,
  settings?: FollowSettings,
): Promise<FollowResult> {
  const found = await findFeed(deps, address, signal);
  if (found.kind === "refused") return found;
  const { feedId, state, others } = found;
  const already = (await deps.channels.follows(channel)).has(feedId);
  // In this order whatever is missing after a crash is restored by the sweep, from the channel's follows, or by a repetition.
  await deps.channels.register(channel);
  const followId = await deps.channels.beginFollow(channel, feedId, deps.mostFollows);
  // A channel that was forgotten in between is no longer in the registry.
  await deps.channels.register(channel);
  if (followId === null && (await deps.channels.forgets.standing(channel)) === "forgetting")
    return { kind: "refused", reason: "This channel is just being forgotten. Try again in a minute." };
  if (followId === null)
    return {
      kind: "refused",
      reason: `This channel follows ${String(deps.mostFollows)} feeds already, as many as one channel may. Unfollow one first.`,
      isLimit: true,
    };
  const begun = JSON.stringify(settings ?? (await defaultsOf(deps.channels, channel)));
  await deps.poll.feeds.followers.commit(feedId, channel, followId, begun);
  await deps.poll.feeds.schedule.add(shardOf(state.url, deps.shardCount), feedId, state.intervalMs);
  return { kind: already ? "already" : "followed", feedId, state, others };
}

/** Returns how many entries were withdrawn. */
export async function unfollowFeed(
  deps: Pick<FollowDeps, "poll" | "channels" | "shardCount">,
  channel: string,
  feedId: string,
  url: string,
): Promise<number> {
  const { feeds } = deps.poll;
  // Else a change of address would take along who follows it anew.
  await deps.channels.moves.forget(channel, feedId);
  const follower = await feeds.followers.get(feedId, channel);
  const withdrawn = await deps.channels.unfollow(channel, feedId);
  if (follower !== null) await feeds.followers.drop(feedId, channel, follower.followId);
  await restUnlessFollowed(feeds, shardOf(url, deps.shardCount), feedId);
  return withdrawn;
}

/** Nobody's feed is not read any more. */
export async function restUnlessFollowed(feeds: FeedStore, shard: number, feedId: string): Promise<void> {
  if (await feeds.followers.any(feedId)) return;
  await feeds.schedule.remove(shard, feedId);
  // A channel may have followed it between the two.
  if (await feeds.followers.any(feedId)) await feeds.schedule.add(shard, feedId, 0);
}

function toUrl(address: string): string | null {
  const text = address.trim().replace(/^<(.*)>$/, "$1");
  const full = /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/]*\.[^/]*:\d/.test(text) ? text : `https://${text}`;
  if (!URL.canParse(full)) return null;
  const url = new URL(full);
  url.hash = "";
  return url.hostname === "" ? null : url.href;
}

/** Finds the feed, reads it, and marks all that is in it as seen. */
async function locate(deps: FollowDeps, url: string, signal: AbortSignal): Promise<Located> {
  const known = await knownFeed(deps, url);
  if (known !== null) return await refresh(deps, known, [], signal);
  const reading = await readUrl(deps.poll, { url, validators: null, knownBodyHash: "" }, signal);
  if (reading.kind === "feed") return await enroll(deps, url, reading, []);
  if (reading.kind !== "not-a-feed" || reading.links === null)
    return { kind: "refused", reason: whyNot(url, reading), isBusy: reading.kind === "host-busy" };
  return await locateOnPage(deps, reading.links, reading.response.url, reading.reason, signal);
}

/** An address is given its id before the feed's state is written; until then, also after a crash, the feed is new. */
async function knownFeed(deps: FollowDeps, url: string): Promise<string | null> {
  const { feeds } = deps.poll;
  const id = await feeds.idOf(url);
  return id !== null && toFeedState(await feeds.state(id)) !== null ? await feedThatGoesOn(feeds, id) : null;
}

async function locateOnPage(
  deps: FollowDeps,
  named: readonly FeedLink[],
  pageUrl: string,
  reason: string,
  signal: AbortSignal,
): Promise<Located> {
  const links = named.map((link) => link.url);
  const failures: string[] = [];
  for (const url of links.length > 0 ? links : usualFeedPaths(pageUrl)) {
    const known = await knownFeed(deps, url);
    const others = links.filter((other) => other !== url);
    if (known !== null) return await refresh(deps, known, others, signal);
    const reading = await readUrl(deps.poll, { url, validators: null, knownBodyHash: "" }, signal);
    if (reading.kind === "feed") return await enroll(deps, url, reading, others);
    failures.push(whyNot(url, reading));
  }
  const hint = "Look for a link called RSS, Atom or Feed and use its address.";
  const found =
    links.length > 0
      ? `Of the feeds that it names none can be read: ${failures[0] ?? ""}`
      : `It names no feed, and there is none at the usual addresses. ${hint}`;
  return { kind: "refused", reason: `${pageUrl} cannot be followed: ${reason} ${found}` };
}

async function refresh(
  deps: FollowDeps,
  feedId: string,
  others: readonly string[],
  signal: AbortSignal,
): Promise<Located> {
  const result = await pollFeed(deps.poll, feedId, signal, true);
  const failure =
    result.kind === "busy"
      ? "its server is busy with another request of ours; try again in a moment"
      : result.kind === "stop"
        ? result.failure
        : null;
  return failure === null
    ? { kind: "located", feedId, others }
    : {
        kind: "refused",
        reason: `This feed cannot be followed: ${failure}.`,
        isBusy: result.kind === "busy",
      };
}

async function enroll(
  deps: FollowDeps,
  asked: string,
  reading: Extract<Reading, { kind: "feed" }>,
  others: readonly string[],
): Promise<Located> {
  const url = reading.response.movedTo ?? asked;
  const { feeds } = deps.poll;
  const named = await feeds.alias(url, createHash("sha256").update(url).digest("base64url").slice(0, 12));
  const feedId = await feedThatGoesOn(feeds, named);
  if (url !== asked) await feeds.alias(asked, feedId);
  const before = toFeedState(await feeds.state(feedId));
  if (before === null) await feeds.setState(feedId, { url, title: reading.document.title });
  const state = before ?? toFeedState(await feeds.state(feedId));
  if (state !== null) await settlePoll(deps.poll, feedId, state, reading);
  return { kind: "located", feedId, others };
}

function whyNot(url: string, reading: Exclude<Reading, { kind: "feed" }>): string {
  switch (reading.kind) {
    case "not-a-feed":
    case "refused":
    case "try-later":
      return `${url} cannot be followed: ${reading.reason}`;
    case "gone":
      return `${url} cannot be followed: it is gone for good (410).`;
    case "host-busy":
      return `${url} cannot be read now: another request to that server is under way. Try again in a moment.`;
    case "same":
    case "not-modified":
      return `${url} cannot be followed: it sent nothing.`;
  }
}

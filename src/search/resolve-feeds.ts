import { type ChannelFeed, pickFeed } from "../follow/channel-feeds.ts";
import type { Query } from "./query.ts";

export interface ResolvedFeeds {
  readonly feedIds: readonly string[];
  /** As in `ParsedQuery`. */
  readonly ignored: readonly string[];
}

/**
 * The feeds of a channel that a query is about: those it names by number, address or words of a title (several may fit), all where it
 * names none, without those it excludes.
 */
export function resolveFeeds(query: Query, all: readonly ChannelFeed[]): ResolvedFeeds {
  const ignored: string[] = [];
  const pick = (wanted: string): readonly ChannelFeed[] => {
    const picked = pickFeed(all, wanted);
    const feeds = "feedId" in picked ? [picked] : picked;
    if (feeds.length === 0) ignored.push(`No feed of this channel fits “${wanted}”.`);
    return feeds;
  };
  const named = query.feeds.flatMap(pick);
  const excluded = new Set(query.excludedFeeds.flatMap(pick));
  const some = named.length === 0 ? all : named;
  const ids = some.filter((feed) => !excluded.has(feed)).map((feed) => feed.feedId);
  return { feedIds: [...new Set(ids)], ignored };
}

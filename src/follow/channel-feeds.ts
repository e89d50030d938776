import { type FeedState, toFeedState } from "../poll/feed-state.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { DEFAULT_SETTINGS, type FollowSettings, shownTitle, toSettings } from "./settings.ts";

/** A feed as a channel sees it. */
export interface ChannelFeed {
  /** Its place in the channel's list, from 1: what people type. */
  readonly number: number;
  readonly feedId: string;
  /** As it is shown in the channel. */
  readonly title: string;
  readonly state: FeedState;
  readonly settings: FollowSettings;
}

/** The feeds a channel follows, in the order in which they were followed. */
export async function channelFeeds(feeds: FeedStore, channels: ChannelStore, channel: string): Promise<ChannelFeed[]> {
  const follows = [...(await channels.follows(channel)).keys()];
  const all = await Promise.all(
    follows.map(async (feedId, i): Promise<ChannelFeed | null> => {
      const [fields, follower] = await Promise.all([feeds.state(feedId), feeds.followers.get(feedId, channel)]);
      const state = toFeedState(fields);
      if (state === null) return null;
      const settings = follower === null ? DEFAULT_SETTINGS : toSettings(follower.settings);
      return { number: i + 1, feedId, title: shownTitle(settings, state), state, settings };
    }),
  );
  return all.filter((feed) => feed !== null);
}

/** How the channel calls a feed that it follows. */
export async function titleIn(
  feeds: FeedStore,
  feedId: string,
  channel: string,
  state: Pick<FeedState, "title" | "url">,
): Promise<string> {
  const follower = await feeds.followers.get(feedId, channel);
  return shownTitle(follower === null ? DEFAULT_SETTINGS : toSettings(follower.settings), state);
}

/** Less than this fits by chance. */
const SHORTEST = 3;

/** The feed meant by a number, an address, or words of a title, shown or its own; a list when several or none fit. */
export function pickFeed(all: readonly ChannelFeed[], wanted: string): ChannelFeed | readonly ChannelFeed[] {
  const text = wanted.trim().toLowerCase();
  if (/^\d+$/.test(text)) return all.find((feed) => feed.number === Number(text)) ?? [];
  const exact =
    all.find((feed) => feed.state.url.toLowerCase() === text || feed.title.toLowerCase() === text) ??
    all.find((feed) => text !== "" && feed.state.title.toLowerCase() === text);
  if (exact !== undefined || text.length < SHORTEST) return exact ?? [];
  const some = all.filter(
    ({ title, state }) =>
      [title, state.title].some((name) => name.toLowerCase().includes(text)) ||
      withoutScheme(state.url).includes(withoutScheme(text)),
  );
  const [only] = some;
  return some.length === 1 && only !== undefined ? only : some;
}

function withoutScheme(url: string): string {
  return url.toLowerCase().replace(/^https?:\/\//, "");
}

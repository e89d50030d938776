import { stampIn } from "../zone.ts";
import { titleIn } from "../follow/channel-feeds.ts";
import type { FeedState } from "../poll/feed-state.ts";
import type { FeedNotice } from "../poll/trouble.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { FeedStore } from "../store/feed-store.ts";

export interface TellDeps {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly wake: (channel: string) => Promise<void>;
}

/** Tells the channels that follow a feed how it is. May run any number of times: each channel is told once of each notice. */
export async function tellFollowers(
  { feeds, channels, wake }: TellDeps,
  feedId: string,
  state: FeedState,
  notice: FeedNotice,
): Promise<void> {
  for (const channel of await feeds.followers.channels(feedId)) {
    if (notice.kind === "back" && !(await hasHeard(channels, channel, feedId, notice))) continue;
    const title = await titleIn(feeds, feedId, channel, state);
    const zone = await channels.settings.zone(channel);
    await channels.announce(channel, noticeId(feedId, notice), words(title, state.url, notice, zone), feedId);
    await wake(channel);
  }
}

/** Who follows since yesterday was not told of the trouble, and need not hear that it is over. */
async function hasHeard(channels: ChannelStore, channel: string, feedId: string, notice: FeedNotice): Promise<boolean> {
  for (const kind of ["failing", "gone"] as const)
    if ((await channels.ledgerRow(channel, `!${noticeId(feedId, { ...notice, kind })}`)) !== null) return true;
  return false;
}

/** With the beginning of the trouble in it, so that the next one is another notice. */
function noticeId(feedId: string, { kind, sinceMs, resumedAtMs }: FeedNotice): string {
  const period = kind === "stopped" ? Math.max(sinceMs, resumedAtMs) : sinceMs;
  return `${kind}-${feedId}-${period.toString(36)}`;
}

function words(title: string, url: string, { kind, sinceMs, reason }: FeedNotice, zone: string): string {
  const name = title === url ? url : `“${title}”`;
  const why = reason.replace(/\.$/, "");
  const since = stampIn(zone, sinceMs);
  switch (kind) {
    case "failing":
      return `${name} has not been readable since ${since}: ${why}. It is tried again and again; you hear of it here when it is back. Its address: ${url}`;
    case "stopped":
      return `${name} is not read any more: it has not been readable since ${since}: ${why}. The command “resume ${url}” tries it again, “unfollow ${url}” ends this.`;
    case "gone":
      return `${name} is not read any more: its publisher says that it is gone for good (410). If it lives on elsewhere, follow it there and “unfollow ${url}”. The command “resume ${url}” asks for it once more.`;
    case "back":
      return `${name} can be read again; it could not since ${since}. What it still shows and was not posted comes now.`;
  }
}

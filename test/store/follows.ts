import type { Filter } from "../../src/follow/filter.ts";
import { DEFAULT_SETTINGS } from "../../src/follow/settings.ts";
import type { RealRedis } from "./real-redis.ts";

/** Both halves of a follow, without reading the feed. Returns the follow's id. */
export async function follow(
  real: RealRedis,
  channel: string,
  feedId: string,
  filter: Filter = DEFAULT_SETTINGS.filter,
): Promise<string> {
  await real.channels.register(channel);
  const followId = await real.channels.beginFollow(channel, feedId, 100);
  if (followId === null) throw new Error("too many follows");
  await real.feeds.followers.commit(feedId, channel, followId, JSON.stringify({ filter }));
  return followId;
}

/** Both halves of its end. Returns how many entries were withdrawn. */
export async function unfollow(real: RealRedis, channel: string, feedId: string): Promise<number> {
  const follower = await real.feeds.followers.get(feedId, channel);
  const withdrawn = await real.channels.unfollow(channel, feedId);
  if (follower !== null) await real.feeds.followers.drop(feedId, channel, follower.followId);
  return withdrawn;
}

export function excludingAuthor(name: string): Filter {
  return { authors: { include: [], exclude: [name] }, words: { include: [], exclude: [] } };
}

import { ChannelStore } from "../../src/store/channel-store.ts";
import { ImportStore } from "../../src/store/import-store.ts";
import { FeedStore } from "../../src/store/feed-store.ts";
import { dump, freshChannel, freshFeedId, type RealRedis, type RedisClient } from "./real-redis.ts";

/** Where a script runs. */
export interface Place {
  readonly feeds: FeedStore;
  readonly channels: ChannelStore;
  readonly imports: ImportStore;
  readonly feedId: string;
  readonly channel: string;
}

export type Act = (place: Place) => Promise<unknown>;

/** A script, and what is there before it runs. */
export interface Row {
  readonly script: string;
  readonly before: readonly Act[];
  readonly act: Act;
}

/** A feed and a channel that nobody else uses. */
export function freshPlace({ feeds, channels, redis }: RealRedis): Place {
  return { feeds, channels, imports: new ImportStore(redis), feedId: freshFeedId(), channel: freshChannel() };
}

/** What Redis holds of a fresh place when the script has run through `client`. */
export async function stateAfter(real: RealRedis, { before, act }: Row, client: RedisClient): Promise<unknown> {
  const place = freshPlace(real);
  for (const step of before) await step(place);
  await act({
    ...place,
    feeds: new FeedStore(client),
    channels: new ChannelStore(client),
    imports: new ImportStore(client),
  });
  const text = JSON.stringify([await dump(real.redis, place.feedId), await dump(real.redis, place.channel)]);
  return JSON.parse(text.replaceAll(place.feedId, "FEED").replaceAll(place.channel, "CHANNEL"));
}

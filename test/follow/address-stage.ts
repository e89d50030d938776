import { changeAddress } from "../../src/follow/change-address.ts";
import { channelFeeds } from "../../src/follow/channel-feeds.ts";
import { followFeed } from "../../src/follow/follow-feed.ts";
import { mergeFeed, type MergeDeps } from "../../src/follow/merge-feed.ts";
import { moveFollow } from "../../src/follow/move-follow.ts";
import { toSettings } from "../../src/follow/settings.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { never } from "../poll/polling.ts";
import { polling, real, server } from "../poll/stage.ts";
import { dying, Life } from "../relay/life.ts";
import { Platform } from "../relay/platform.ts";
import { deliverDeps, drainAll } from "../relay/scene.ts";
import { fanOut, runSweep, wake } from "../relay/work.ts";
import { excludingAuthor } from "../store/follows.ts";
import { freshChannel, freshFeedId } from "../store/real-redis.ts";
import { type Item, numbered, rss, without } from "../support/rss.ts";

export { close, open, polling, real, server } from "../poll/stage.ts";

/** The stores as a process sees them whose every call may be its last. */
export function mortal(life: Life): MergeDeps & { readonly mostFollows: number } {
  const feeds = dying(real.feeds, life);
  const channels = dying(real.channels, life);
  const poll = {
    ...polling.deps,
    feeds,
    fanOut: async (id: string) => await fanOut({ feeds, channels }, id),
    fetcher: dying(polling.deps.fetcher, life),
  };
  return { poll, channels, shardCount: 1, wake, mostFollows: 100 };
}

export interface Stage {
  readonly name: string;
  readonly old: string;
  /** Changes the address. */
  readonly mover: string;
  /** Follows the old address and stays there. */
  readonly stays: string;
  /** Follows the new address already. */
  readonly there: string;
  readonly platform: Platform;
  readonly newUrl: string;
}

const HOUR_MS = 3_600_000;

/** Posts up to 5 are a month old, later ones are of this hour, in their order; Grace writes every tenth. */
export function items(numbers: readonly number[], isDated = true): Item[] {
  return numbers.toReversed().map((n) => {
    const date = new Date(Date.now() - (n < 6 ? 40 * 24 * HOUR_MS : HOUR_MS) + numbers.indexOf(n) * 60_000);
    const item = numbered(n, { date, ...(n % 10 === 0 ? { author: "Grace" } : {}) });
    return isDated ? item : without(item, "date");
  });
}

export function show(name: string, place: "old" | "new", ...numbers: readonly number[]): string {
  return server.serve(`/${name}-${place}`, { body: rss(items(numbers)) });
}

export async function subscribe(url: string, channel: string): Promise<string> {
  const result = await followFeed(mortal(new Life()), channel, url, never);
  if (result.kind === "refused") throw new Error(result.reason);
  return result.feedId;
}

/** Both places have 1 to 3, the new one older posts besides; a fourth waits in the mover's outbox. */
export async function stage(): Promise<Stage> {
  const name = freshFeedId();
  const [mover, stays, there] = [freshChannel(), freshChannel(), freshChannel()];
  const oldUrl = show(name, "old", 2, 3);
  const newUrl = show(name, "new", 1, 2, 3);
  const old = await subscribe(oldUrl, mover);
  await subscribe(oldUrl, stays);
  await subscribe(newUrl, there);
  const filter = excludingAuthor("Grace");
  await real.feeds.followers.change(old, mover, (before) =>
    JSON.stringify({ ...toSettings(before), filter, style: "title" }),
  );
  show(name, "old", 2, 3, 6);
  await pollFeed(polling.deps, old, never);
  // Published at both, seen at neither.
  show(name, "old", 3, 6, 7, 20);
  show(name, "new", 1, 2, 3, 6, 7, 20);
  return { name, old, mover, stays, there, platform: new Platform(), newUrl };
}

export async function change(scene: Stage, life = new Life()) {
  const [feed] = await channelFeeds(real.feeds, real.channels, scene.mover);
  if (feed === undefined) throw new Error("nothing is followed");
  return await changeAddress(mortal(life), scene.mover, feed, scene.newUrl, never);
}

export async function drain({ platform, mover, stays, there }: Stage): Promise<void> {
  for (const channel of [mover, stays, there])
    await drainAll({ ...deliverDeps(real, platform), digestFrom: 99 }, channel);
}

export async function sweepOnce(): Promise<void> {
  const merge = async (feedId: string): Promise<void> => await mergeFeed(mortal(new Life()), feedId, never);
  const move = async (channel: string, from: string) => await moveFollow(mortal(new Life()), channel, from, never);
  await runSweep(real, { merge, move, forget: wake });
}

/** What waits is posted, both places are read, and they publish one more. */
export async function settleDown(scene: Stage): Promise<void> {
  const { name, old, there } = scene;
  await drain(scene);
  const [into = ""] = (await real.channels.follows(there)).keys();
  for (const numbers of [
    [3, 6, 7, 20],
    [7, 20, 8],
  ]) {
    show(name, "old", ...numbers);
    show(name, "new", 1, 2, ...numbers);
    for (const feedId of [old, into]) await pollFeed(polling.deps, feedId, never);
    await drain(scene);
  }
}

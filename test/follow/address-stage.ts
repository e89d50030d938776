import { changeAddress } from "../../src/follow/change-address.ts";
import { channelFeeds } from "../../src/follow/channel-feeds.ts";
import { followFeed } from "../../src/follow/follow-feed.ts";
import { mergeFeed, type MergeDeps } from "../../src/follow/merge-feed.ts";
import { moveFollow } from "../../src/follow/move-follow.ts";
import { toSettings } from "../../src/follow/settings.ts";
import { pollFeed } from "../../src/poll/poll-feed.ts";
import { drainChannel } from "../../src/relay/deliver.ts";
import { finishFanOuts } from "../../src/relay/fan-out.ts";
import { sweep } from "../../src/relay/sweep.ts";
import { never, openPolling, type Polling, silent } from "../poll/polling.ts";
import { dying, Life } from "../relay/life.ts";
import { Platform } from "../relay/platform.ts";
import { type FeedServer, startFeedServer } from "../servers/feed-server.ts";
import { excludingAuthor } from "../store/follows.ts";
import { freshChannel, freshFeedId, openRealRedis, type RealRedis } from "../store/real-redis.ts";
import { type Item, numbered, rss, without } from "../support/rss.ts";

export let real: RealRedis;
export let server: FeedServer;
export let polling: Polling;

export async function open(): Promise<void> {
  [real, server] = [await openRealRedis(), await startFeedServer()];
  polling = openPolling(real);
}

export async function close(): Promise<void> {
  await polling.close();
  await server.close();
  await real.close();
}

export const wake = async (): Promise<void> => await Promise.resolve();

/** The stores as a process sees them whose every call may be its last. */
export function mortal(life: Life): MergeDeps & { readonly mostFollows: number } {
  const feeds = dying(real.feeds, life);
  const channels = dying(real.channels, life);
  const fanOut = async (id: string): Promise<void> =>
    await finishFanOuts({ feeds, channels, wake, retentionMs: 1e9 }, id);
  const poll = { ...polling.deps, feeds, fanOut, fetcher: dying(polling.deps.fetcher, life) };
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
  const { feeds, channels, links } = real;
  const limits = {
    digestFrom: 99,
    installation: "test",
    restoration: null,
    attemptMs: 5000,
    settleMs: 400,
    cut: never,
    log: silent,
  };
  for (const channel of [mover, stays, there])
    while ((await drainChannel({ adapter: platform, feeds, channels, links, ...limits }, channel, never)) !== null);
}

export async function sweepOnce(): Promise<void> {
  const { feeds, channels } = real;
  const { nowMs, fanOut } = polling.deps;
  const merge = async (feedId: string): Promise<void> => await mergeFeed(mortal(new Life()), feedId, never);
  const move = async (channel: string, from: string) => await moveFollow(mortal(new Life()), channel, from, never);
  await sweep({ feeds, channels, shardCount: 1, nowMs, wake, fanOut, merge, move, forget: wake }, never);
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

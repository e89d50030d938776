import type { Redis } from "./connection.ts";
import * as scripts from "./follower-scripts.ts";
import { feedKeys } from "./keys.ts";
import { run } from "./script.ts";

/** Where a follower has this as `since`, a merge has not yet said from where on it follows. */
export const JOINING_SINCE = scripts.JOINING_SINCE;

export interface FollowerRow {
  /** Entries with a higher number go to the channel; `JOINING_SINCE` until a merge has said which. */
  readonly since: number;
  readonly followId: string;
  /** The follow's settings, as the caller wrote them. */
  readonly settings: string;
}

/** Of the text that Redis has. */
export function parseFollower(value: string): FollowerRow {
  const [, since = "0", followId = "", settings = ""] = /^(\d+) (\S+) (.*)$/s.exec(value) ?? [];
  return { since: Number(since), followId, settings };
}

/** Who follows a feed, from where on, and with which settings, of which it knows nothing. */
export class FollowerStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async commit(feedId: string, channel: string, followId: string, settings: string): Promise<void> {
    const k = feedKeys(feedId);
    await run(this.#redis, scripts.commitFollow, [k.state, k.followers], [channel, followId, settings]);
  }

  /** Changes a follow's settings by what they are at that instant; null when the channel does not follow. Returns the new ones. */
  async change(feedId: string, channel: string, change: (settings: string) => string): Promise<string | null> {
    for (;;) {
      const follower = await this.get(feedId, channel);
      if (follower === null) return null;
      const settings = change(follower.settings);
      const keys = [feedKeys(feedId).followers];
      const result = await run(this.#redis, scripts.changeFollower, keys, [channel, follower.settings, settings]);
      if (result === "ok") return settings;
    }
  }

  async move(feedId: string, from: string, to: string, followId: string): Promise<void> {
    const k = feedKeys(feedId);
    await run(this.#redis, scripts.moveFollower, [k.followers, k.leaving], [from, to, followId]);
  }

  /** The channel will follow, with these settings, from where `activateJoined` says; not where the feed is closed. */
  async join(feedId: string, channel: string, followId: string, settings: string): Promise<void> {
    const k = feedKeys(feedId);
    await run(this.#redis, scripts.joinFollower, [k.state, k.followers], [channel, followId, settings]);
  }

  /** Those of the channels who joined follow from here on, unless entries were recorded since `lastNumber`. */
  async activateJoined(feedId: string, lastNumber: string, channels: readonly string[]): Promise<void> {
    const k = feedKeys(feedId);
    await run(this.#redis, scripts.activateJoined, [k.state, k.followers], [lastNumber, ...channels]);
  }

  async hold(feedId: string, channel: string): Promise<void> {
    await run(this.#redis, scripts.holdFollower, [feedKeys(feedId).followers], [channel]);
  }

  async get(feedId: string, channel: string): Promise<FollowerRow | null> {
    const value = await this.#redis.hget(feedKeys(feedId).followers, channel);
    return value === null ? null : parseFollower(value);
  }

  async any(feedId: string): Promise<boolean> {
    return (await this.#redis.exists(feedKeys(feedId).followers)) === 1;
  }

  async channels(feedId: string): Promise<string[]> {
    return await this.#redis.hkeys(feedKeys(feedId).followers);
  }

  /** Removes a follower unless it follows anew. */
  async drop(feedId: string, channel: string, followId: string): Promise<void> {
    const k = feedKeys(feedId);
    await run(this.#redis, scripts.dropFollower, [k.followers, k.leaving], [channel, followId]);
  }
}

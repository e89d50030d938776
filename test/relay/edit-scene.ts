import { expect } from "vitest";
import type { RawEntry } from "../../src/feed/entry.ts";
import { DEFAULT_SETTINGS, type FollowSettings } from "../../src/follow/settings.ts";
import { entryId } from "../../src/relay/item.ts";
import { ChannelStore } from "../../src/store/channel-store.ts";
import { channelKeys } from "../../src/store/keys.ts";
import type { RealRedis } from "../store/real-redis.ts";
import { openScene, type Scene } from "./scene.ts";
import { instead } from "./around.ts";

/** A scene in which edits are due as soon as they wait, unless it is said otherwise. */
export interface EditScene extends Scene {
  /** What the messages of the channel say of their entries' content, in order. */
  readonly said: () => readonly string[];
  /** How the channel wants the feed to be from now on. */
  readonly set: (settings: Partial<FollowSettings>) => Promise<void>;
  readonly waitingEdits: () => Promise<readonly string[]>;
  /** Whatever edits wait for is over. */
  readonly editsAreDue: () => Promise<void>;
  /** Entry 1 was posted so many days ago. */
  readonly age: (days: number) => Promise<void>;
  /** The channel's store, in which something else happens once, just before this call. */
  readonly before: (method: string, happens: () => Promise<void>) => ChannelStore;
}

export async function openEditScene(
  real: RealRedis,
  settings: Partial<FollowSettings> = {},
  editWaitMs = 0,
): Promise<EditScene> {
  const channels = new ChannelStore(real.redis, editWaitMs);
  const scene = await openScene({ ...real, channels });
  const { channel, feedId } = scene;
  const keys = channelKeys(channel);
  async function set(changes: Partial<FollowSettings>): Promise<void> {
    const json = JSON.stringify({ ...DEFAULT_SETTINGS, ...changes });
    await real.feeds.followers.change(feedId, channel, () => json);
  }
  await set(settings);
  return {
    ...scene,
    said: () => scene.messages().map(({ said }) => said),
    set,
    waitingEdits: async () => await real.redis.zrange(keys.edits, "0", "-1"),
    async editsAreDue() {
      for (const item of await real.redis.zrange(keys.edits, "0", "-1")) await real.redis.zadd(keys.edits, 0, item);
    },
    async age(days) {
      const row = await scene.row(1);
      const json = JSON.stringify({ ...row, at: (row?.at ?? 0) - days * 86_400_000 });
      await real.redis.hset(keys.ledger, entryId(feedId, 1), json);
    },
    before: (method, happens) =>
      instead(channels, method, async (call) => {
        await happens();
        return await call();
      }),
  };
}

export const textOf = (words: string): Partial<RawEntry> => ({ html: `<p>${words}</p>` });
export const FIRST = textOf("What it said at first.");
export const LATER = textOf("What it says by now.");

/** A channel in which entry 1 of a feed was posted. */
export async function openPosted(
  real: RealRedis,
  settings: Partial<FollowSettings> = {},
  values = FIRST,
): Promise<EditScene> {
  const scene = await openEditScene(real, settings);
  await change(scene, values);
  await scene.drain();
  expect(scene.said()).toEqual([values.html?.replaceAll(/<[^>]*>/g, "")]);
  return scene;
}

/** Entry 1 is like this from now on. */
export async function change(scene: EditScene, values: Partial<RawEntry>): Promise<void> {
  await scene.publish([1], scene.feedId, values);
}

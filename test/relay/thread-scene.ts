import { expect } from "vitest";
import type { ChannelStore } from "../../src/store/channel-store.ts";
import { channelKeys } from "../../src/store/keys.ts";
import type { RealRedis } from "../store/real-redis.ts";
import { openScene, type Scene } from "./scene.ts";

/** A channel of a platform that has threads, and what stands there in them and waits for them. */
export interface ThreadScene extends Scene {
  /** What each message aims at, in order. */
  readonly aims: () => readonly string[];
  /** Titles in the thread of a message. */
  readonly thread: (ref?: string) => readonly string[];
  /** For so many digests something waits. */
  readonly left: () => Promise<number>;
  /** The row of a message in the thread of the first digest. */
  readonly partRow: (part: number) => ReturnType<ChannelStore["ledgerRow"]>;
}

/** With a digest of these entries waiting. */
export async function openThreads(real: RealRedis, numbers: readonly number[] = [1, 2, 3, 4, 5]): Promise<ThreadScene> {
  const scene = await openScene(real);
  const { channel, platform } = scene;
  const { details, detailsDue } = channelKeys(channel);
  platform.hasThreads = true;
  await scene.publish(numbers);
  return {
    ...scene,
    aims: () => platform.landed.map(({ aim }) => aim.kind),
    thread: (ref = "ref-1") => platform.thread(channel, ref),
    async left() {
      const [left, due] = await Promise.all([real.redis.hlen(details), real.redis.zcard(detailsDue)]);
      expect(left).toBe(due);
      return left;
    },
    partRow: async (part) =>
      await real.channels.ledgerRow(channel, `+${platform.landed[0]?.key ?? ""}.${String(part)}`),
  };
}

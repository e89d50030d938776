import { finishFanOuts } from "../../src/relay/fan-out.ts";
import { sweep, type SweepDeps } from "../../src/relay/sweep.ts";
import { never } from "../poll/polling.ts";
import type { RealRedis } from "../store/real-redis.ts";

type Stores = Pick<RealRedis, "feeds" | "channels">;

/** For work whose deliveries nobody waits for. */
export async function wake(): Promise<void> {
  await Promise.resolve();
}

/** What a feed has left open reaches the outboxes. */
export async function fanOut({ feeds, channels }: Stores, feedId: string): Promise<void> {
  await finishFanOuts({ feeds, channels, wake, retentionMs: 1e9 }, feedId);
}

/** One sweep over one shard. What it is to do about a merge, a change of address or a channel to forget, `changes` says. */
export async function runSweep({ feeds, channels }: Stores, changes: Partial<SweepDeps> = {}): Promise<void> {
  const deps: SweepDeps = {
    feeds,
    channels,
    shardCount: 1,
    nowMs: async () => await Promise.resolve(Date.now()),
    wake,
    fanOut: async (feedId) => await fanOut({ feeds, channels }, feedId),
    merge: async (feedId) => await Promise.reject(new Error(`${feedId} was to be merged`)),
    move: async (channel) => await Promise.reject(new Error(`a follow of ${channel} was to be moved`)),
    forget: async (channel) => await Promise.reject(new Error(`${channel} was to be forgotten`)),
  };
  await sweep({ ...deps, ...changes }, never);
}

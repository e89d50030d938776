import type { Redis } from "./connection.ts";
import * as scripts from "./forget-scripts.ts";
import { channelKeys, channelsKey, forgottenKey, keysOfChannel } from "./keys.ts";
import { run } from "./script.ts";

/** No process that is alive still holds what it read so long ago. */
const COUNTERS_KEPT_MS = 86_400_000;

/** What is kept of a channel, in numbers. */
export interface KeptCounts {
  readonly follows: number;
  readonly waiting: number;
  readonly held: number;
  readonly ledger: number;
}

/** Channels of which everything is removed. */
export class ForgetStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** `bare`: nothing is kept in the channel itself. */
  async standing(channel: string): Promise<"kept" | "forgetting" | "bare"> {
    const { meta } = channelKeys(channel);
    const [fields, mark] = await Promise.all([this.#redis.hlen(meta), this.#redis.hexists(meta, "forgetting")]);
    if (mark === 1) return "forgetting";
    return fields === 0 ? "bare" : "kept";
  }

  async counts(channel: string): Promise<KeptCounts> {
    const k = channelKeys(channel);
    const [follows, waiting, held, ledger] = await Promise.all([
      this.#redis.hlen(k.follows),
      this.#redis.zcard(k.outbox),
      this.#redis.hlen(k.held),
      this.#redis.hlen(k.ledger),
    ]);
    return { follows, waiting, held, ledger };
  }

  /** Of which a channel ever heard, whether it follows them or not. */
  async feeds(channel: string): Promise<string[]> {
    const k = channelKeys(channel);
    const [follows, marks, moves] = await Promise.all([
      this.#redis.hkeys(k.follows),
      this.#redis.hkeys(k.marks),
      this.#redis.hvals(k.moves),
    ]);
    const goals = moves.map((row) => row.split(" ")[0] ?? "");
    return [...new Set([...follows, ...marks.map((name) => name.replace(/^~/, "")), ...goals])];
  }

  async mark(channel: string): Promise<void> {
    await run(this.#redis, scripts.mark, [channelKeys(channel).meta, forgottenKey(channel)], []);
  }

  /** Everything in the channel's own slot, in one step. */
  async remove(channel: string): Promise<void> {
    const keys = [channelKeys(channel).meta, forgottenKey(channel), ...keysOfChannel(channel)];
    await run(this.#redis, scripts.remove, keys, [COUNTERS_KEPT_MS]);
  }

  async unregister(channel: string): Promise<void> {
    await this.#redis.srem(channelsKey, channel);
    // Who begins to follow registers before and after; this is for one that has done both already.
    if ((await this.#redis.exists(channelKeys(channel).follows)) === 1) await this.#redis.sadd(channelsKey, channel);
  }
}

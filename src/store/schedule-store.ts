import type { Redis } from "./connection.ts";
import { type Gathered, gatherPerTurn } from "./gather.ts";
import { dueKey } from "./keys.ts";
import * as schedule from "./schedule-scripts.ts";
import { run, strings } from "./script.ts";

/** When feeds are due, shard by shard. */
export class ScheduleStore {
  readonly #redis: Redis;
  readonly #definitive: Gathered<{ readonly feedId: string; readonly delayMs: number }>;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#definitive = gatherPerTurn(async (shard, feeds) => {
      const times = feeds.flatMap(({ feedId, delayMs }) => [feedId, Math.round(delayMs)]);
      await run(redis, schedule.setDue, [dueKey(shard)], ["XX", ...times]);
    });
  }

  /** Claims due feeds of a shard, moving each to a provisional time first: after its own last interval, and not before `provisionalMs`. */
  async claimDue(
    shard: number,
    count: number,
    provisionalMs: number,
  ): Promise<{ ids: string[]; nextDueMs: number | null }> {
    const reply = strings(
      await run(this.#redis, schedule.claimDue, [dueKey(shard)], [count, Math.round(provisionalMs)]),
    );
    const next = reply.pop() ?? "";
    return { ids: reply, nextDueMs: next === "" ? null : Number(next) };
  }

  /** The definitive time of a feed that is still scheduled. */
  async setDefinitive(shard: number, feedId: string, delayMs: number): Promise<void> {
    await this.#definitive(shard, { feedId, delayMs });
  }

  /** A feed that was claimed and not asked is due again after `delayMs`. */
  async postpone(shard: number, feedId: string, delayMs: number): Promise<void> {
    await run(this.#redis, schedule.postpone, [dueKey(shard)], [feedId, Math.round(delayMs)]);
  }

  /** Puts a feed on the schedule unless it is there. */
  async add(shard: number, feedId: string, delayMs: number): Promise<void> {
    await run(this.#redis, schedule.setDue, [dueKey(shard)], ["NX", feedId, Math.round(delayMs)]);
  }

  /** Another shard has the feed from now on. Between the two steps both do, and nobody asks sooner than the later of their times. */
  async move(from: number, to: number, feedId: string, delayMs: number): Promise<void> {
    await run(this.#redis, schedule.setDue, [dueKey(to)], ["GT", feedId, Math.round(delayMs)]);
    await this.remove(from, feedId);
  }

  async remove(shard: number, feedId: string): Promise<void> {
    await this.#redis.zrem(dueKey(shard), feedId);
  }

  /** Redis time at which the feed is due, null when it is not scheduled. */
  async dueAt(shard: number, feedId: string): Promise<number | null> {
    const score = await this.#redis.zscore(dueKey(shard), feedId);
    return score === null ? null : Math.floor(Number(score));
  }

  async all(shard: number): Promise<string[]> {
    return await this.#redis.zrange(dueKey(shard), "0", "-1");
  }
}

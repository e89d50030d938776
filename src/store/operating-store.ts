import { mastersOf, type Redis } from "./connection.ts";
import { censusKey, channelKeys, dueKey, writtenKey } from "./keys.ts";
import { look } from "./operating-scripts.ts";
import { run, strings } from "./script.ts";

const WRITTEN_SECONDS = 60;

/** How the deliveries of one channel stand. */
export interface ChannelLook {
  /** Entries and notices, the delivery under way included; edits and what belongs into threads are not. */
  readonly waiting: number;
  /** Redis time in ms at which the first of them began to wait; null when none waits. */
  readonly oldestAtMs: number | null;
  /** Deliveries set aside until a person decides. */
  readonly held: number;
  /** Nobody knows yet whether the delivery under way landed. */
  readonly isUncertain: boolean;
  readonly isPaused: boolean;
}

/** What whoever watches the installation wants to know. It is the same for every process. */
export class OperatingStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async look(channel: string): Promise<ChannelLook> {
    const k = channelKeys(channel);
    const keys = [k.meta, k.outbox, k.sending, k.ledger, k.held];
    const [waiting, oldest = "", held, uncertain, paused] = strings(await run(this.#redis, look, keys, []));
    return {
      waiting: Number(waiting),
      oldestAtMs: oldest === "" ? null : Number(oldest),
      held: Number(held),
      isUncertain: uncertain === "1",
      isPaused: paused === "1",
    };
  }

  /** What was last written with `writeCensus`; "" for nothing. */
  async census(): Promise<string> {
    return (await this.#redis.get(censusKey)) ?? "";
  }

  async writeCensus(census: string): Promise<void> {
    await this.#redis.set(censusKey, census);
  }

  /** Of a shard: how many feeds are due at `nowMs`, and when the first one is or was (null: it has none). */
  async due(shard: number, nowMs: number): Promise<{ readonly count: number; readonly firstAtMs: number | null }> {
    const [count, first] = await Promise.all([
      this.#redis.zcount(dueKey(shard), "-inf", nowMs),
      this.#redis.zrange(dueKey(shard), "0", "0", "WITHSCORES"),
    ]);
    const score = first.flat().at(1);
    return { count, firstAtMs: score === undefined ? null : Number(score) };
  }

  /** Rejects where Redis takes no writes. */
  async write(): Promise<void> {
    await this.#redis.set(writtenKey, "1", "EX", WRITTEN_SECONDS);
  }

  /** Of the fullest node, if there are several. */
  async memory(): Promise<Memory> {
    const nodes = await Promise.all(mastersOf(this.#redis).map(async (node) => toMemory(await node.info("memory"))));
    return nodes.reduce((fullest, one) => (fullness(one) > fullness(fullest) ? one : fullest), NO_MEMORY);
  }
}

/** Bytes that a server uses, and may use; the limit is the machine's memory where none is set, and 0 where it does not say. */
export interface Memory {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

const NO_MEMORY: Memory = { usedBytes: 0, limitBytes: 0 };

function fullness({ usedBytes, limitBytes }: Memory): number {
  return limitBytes === 0 ? usedBytes / Number.MAX_SAFE_INTEGER : usedBytes / limitBytes;
}

function toMemory(info: string): Memory {
  const number = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  return { usedBytes: number("used_memory"), limitBytes: number("maxmemory") || number("total_system_memory") };
}

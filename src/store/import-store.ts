import type { Redis } from "./connection.ts";
import * as scripts from "./import-scripts.ts";
import { channelKeys, importKeys, importsKey } from "./keys.ts";
import { run, toJson } from "./script.ts";

/** After so long nobody asks any more what became of it. */
const KEEP_MS = 7 * 86_400_000;

/** Where the import of a channel stands. Times are Redis time in ms, 0 for "not yet". */
export interface ImportState {
  readonly id: string;
  readonly source: string;
  readonly total: number;
  readonly doneCount: number;
  readonly begunAtMs: number;
  readonly endedAtMs: number;
  /** Follows with a higher id came with it. */
  readonly followsUpTo: number;
  readonly isStopped: boolean;
  readonly isTold: boolean;
}

/** Imports of feeds in Redis, at most one for each channel. It keeps lists and results without knowing what is in them. */
export class ImportStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** `watchMs`: for how long whoever begins counts as watching. False when another import of the channel is not over yet. */
  async begin(
    channel: string,
    id: string,
    what: { readonly source: string; readonly total: number; readonly list: unknown; readonly watchMs?: number },
    nowMs: number,
  ): Promise<boolean> {
    const k = importKeys(channel);
    // First the registry, which the sweep reads: an import that is written down is always carried out.
    await this.#redis.zadd(importsKey, nowMs, channel);
    const keys = [k.state, k.list, k.results, channelKeys(channel).meta];
    const args = [id, what.source, what.total, toJson(what.list), KEEP_MS, what.watchMs ?? 0];
    return (await run(this.#redis, scripts.begin, keys, args)) === 1;
  }

  async state(channel: string): Promise<ImportState | null> {
    const k = importKeys(channel);
    const [fields, doneCount] = await Promise.all([this.#redis.hgetall(k.state), this.#redis.hlen(k.results)]);
    const number = (name: string): number => Number(fields[name] ?? 0);
    const id = fields["id"] ?? "";
    if (id === "") return null;
    return {
      id,
      source: fields["source"] ?? "",
      total: number("total"),
      doneCount,
      begunAtMs: number("begunAt"),
      endedAtMs: number("endedAt"),
      followsUpTo: number("followsUpTo"),
      isStopped: fields["stopped"] !== undefined,
      isTold: fields["told"] === "1",
    };
  }

  /** As it was given to `begin`; null when it is gone. */
  async list(channel: string): Promise<unknown> {
    return JSON.parse((await this.#redis.get(importKeys(channel).list)) ?? "null");
  }

  /** By number in the list. */
  async results(channel: string): Promise<Map<number, unknown>> {
    const all = await this.#redis.hgetall(importKeys(channel).results);
    return new Map(Object.entries(all).map(([number, json]) => [Number(number), JSON.parse(json) as unknown]));
  }

  /** Whatever is noted first stays. False when this import is over. */
  async note(channel: string, id: string, number: number, result: unknown): Promise<boolean> {
    const k = importKeys(channel);
    return (await run(this.#redis, scripts.note, [k.state, k.results], [id, number, toJson(result), KEEP_MS])) === 1;
  }

  async stop(channel: string, id: string): Promise<void> {
    await this.#mark(channel, id, "stopped", "1");
  }

  async end(channel: string, id: string): Promise<void> {
    await this.#mark(channel, id, "endedAt", "now");
  }

  async told(channel: string, id: string): Promise<void> {
    await this.#mark(channel, id, "told", "1");
  }

  /** False when the channel is told, and not whoever watches. */
  async watch(channel: string, id: string, ms: number): Promise<boolean> {
    return (await run(this.#redis, scripts.watch, [importKeys(channel).state], [id, ms])) === 1;
  }

  /** For how many ms somebody may still be about to tell the end; 0: it is ours to tell; -1: it was told. */
  async takeTelling(channel: string, id: string): Promise<number> {
    return Number(await run(this.#redis, scripts.takeTelling, [importKeys(channel).state], [id]));
  }

  /** Channels with an import that may not be over. */
  async open(nowMs: number): Promise<string[]> {
    await this.#redis.zremrangebyscore(importsKey, 0, nowMs - 2 * KEEP_MS);
    return await this.#redis.zrange(importsKey, "0", "-1");
  }

  async close(channel: string): Promise<void> {
    await this.#redis.zrem(importsKey, channel);
  }

  async #mark(channel: string, id: string, field: string, value: string): Promise<void> {
    await run(this.#redis, scripts.mark, [importKeys(channel).state], [id, field, value]);
  }
}

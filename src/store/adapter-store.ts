import type { Redis } from "./connection.ts";
import { adapterMemoryKey, claimKey, ownerKey, upKey } from "./keys.ts";

/** Long after any platform delivers a command again. */
const CLAIM_SECONDS = 86_400;

/** What belongs to one platform's adapter: what it remembers, which commands it has seen, who holds its connections. */
export class AdapterStore {
  readonly #redis: Redis;
  readonly #platform: string;

  constructor(redis: Redis, platform: string) {
    this.#redis = redis;
    this.#platform = platform;
  }

  async get(name: string): Promise<string | null> {
    return await this.#redis.get(adapterMemoryKey(this.#platform, name));
  }

  async set(name: string, value: string, keepMs?: number): Promise<void> {
    const key = adapterMemoryKey(this.#platform, name);
    if (keepMs === undefined) await this.#redis.set(key, value);
    else await this.#redis.set(key, value, "PX", Math.ceil(keepMs));
  }

  async forget(name: string): Promise<void> {
    await this.#redis.del(adapterMemoryKey(this.#platform, name));
  }

  /** `token` tells this caller from others, so that a command which the client sends twice claims once. */
  async claim(id: string, token: string): Promise<"new" | "begun" | "done"> {
    const key = claimKey(this.#platform, id);
    const before = await this.#redis.set(key, token, "EX", CLAIM_SECONDS, "NX", "GET");
    if (before === null || before === token) return "new";
    return before === "done" ? "done" : "begun";
  }

  async finish(id: string): Promise<void> {
    await this.#redis.set(claimKey(this.#platform, id), "done", "EX", CLAIM_SECONDS);
  }

  /** Becomes the owner of a connection. */
  async takeOver(name: string): Promise<number> {
    return await this.#redis.incr(ownerKey(this.#platform, name));
  }

  /** The connection that the owner `number` holds is up, for so long unless said again. */
  async noteUp(name: string, number: number, forMs: number): Promise<void> {
    await this.#redis.set(upKey(this.#platform, name), String(number), "PX", Math.ceil(forMs));
  }

  /** It is not, unless another owner has it. */
  async noteDown(name: string, number: number): Promise<void> {
    const key = upKey(this.#platform, name);
    if ((await this.#redis.get(key)) === String(number)) await this.#redis.del(key);
  }

  /** Whichever process holds it. */
  async isUp(name: string): Promise<boolean> {
    return (await this.#redis.exists(upKey(this.#platform, name))) === 1;
  }

  async isOwner(name: string, number: number): Promise<boolean> {
    return (await this.#redis.get(ownerKey(this.#platform, name))) === String(number);
  }
}

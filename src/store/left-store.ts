import type { Redis } from "./connection.ts";
import { channelKeys } from "./keys.ts";
import { NOW } from "./lua.ts";
import { run, script } from "./script.ts";

/** Since when the bot is not there any more. KEYS meta. Nothing is written where nothing is kept. */
const noteLeft = script(`
${NOW}
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSETNX', KEYS[1], 'leftAt', string.format('%.0f', now)) end
return 1
`);

/** Channels that the bot was removed from, or that are gone: what is kept of them goes when it does not come back. */
export class LeftStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async note(channel: string): Promise<void> {
    await run(this.#redis, noteLeft, [channelKeys(channel).meta], []);
  }

  async isBack(channel: string): Promise<void> {
    await this.#redis.hdel(channelKeys(channel).meta, "leftAt");
  }

  /** Redis time in ms; null while it is there. */
  async since(channel: string): Promise<number | null> {
    const at = await this.#redis.hget(channelKeys(channel).meta, "leftAt");
    return at === null ? null : Number(at);
  }
}

import { UTC } from "../zone.ts";
import type { Redis } from "./connection.ts";
import { channelKeys } from "./keys.ts";
import { run, script } from "./script.ts";

/** KEYS meta · ARGV defaults as they were read, defaults. Returns ok, or changed where somebody else changed them meanwhile. */
const changeDefaults = script(`
local now = redis.call('HGET', KEYS[1], 'defaults') or ''
if now == ARGV[2] then return 'ok' end
if now ~= ARGV[1] then return 'changed' end
redis.call('HSET', KEYS[1], 'defaults', ARGV[2])
return 'ok'
`);

/** Who may change a channel, and with what it begins to follow; in the caller's words. */
export class ChannelSettings {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Who may change what the channel follows, in the caller's words; "" while nobody has said. */
  async changers(channel: string): Promise<string> {
    return (await this.#redis.hget(channelKeys(channel).meta, "changers")) ?? "";
  }

  async setChangers(channel: string, who: string): Promise<void> {
    await this.#redis.hset(channelKeys(channel).meta, "changers", who);
  }

  /** The channel's time zone, by its IANA name; UTC while nobody has said another. */
  async zone(channel: string): Promise<string> {
    return (await this.#redis.hget(channelKeys(channel).meta, "zone")) ?? UTC;
  }

  async setZone(channel: string, zone: string): Promise<void> {
    await this.#redis.hset(channelKeys(channel).meta, "zone", zone);
  }

  /** "" while nothing was said. */
  async defaults(channel: string): Promise<string> {
    return (await this.#redis.hget(channelKeys(channel).meta, "defaults")) ?? "";
  }

  /** Changes them by what they are at that instant. Returns the new ones. */
  async changeDefaults(channel: string, change: (before: string) => string): Promise<string> {
    for (;;) {
      const before = await this.defaults(channel);
      const after = change(before);
      if ((await run(this.#redis, changeDefaults, [channelKeys(channel).meta], [before, after])) === "ok") return after;
    }
  }
}

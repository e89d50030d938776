import type { Redis } from "./connection.ts";
import { NOW } from "./lua.ts";
import { channelKeys } from "./keys.ts";
import { run, script, strings } from "./script.ts";

/**
 * Counts one fetch unless there were too many in the last while. KEYS fetches · ARGV token, user, how long a fetch counts in ms, most of one user,
 * most of all. Returns { ok | user | channel, ms until there is room }.
 */
const take = script(`
${NOW}
local key, window = KEYS[1], tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
local prefix = ARGV[2] .. ' '
if redis.call('ZSCORE', key, prefix .. ARGV[1]) then return { 'ok', 0 } end
local all = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
local own, first = 0, 0
for i = 1, #all, 2 do
  if string.sub(all[i], 1, #prefix) == prefix then
    own = own + 1
    if own == 1 then first = tonumber(all[i + 1]) end
  end
end
if own >= tonumber(ARGV[4]) then return { 'user', first + window - now } end
if #all / 2 >= tonumber(ARGV[5]) then return { 'channel', tonumber(all[2]) + window - now } end
redis.call('ZADD', key, now, prefix .. ARGV[1])
redis.call('PEXPIRE', key, window)
return { 'ok', 0 }
`);

export interface FetchLimits {
  readonly windowMs: number;
  readonly mostOfUser: number;
  readonly mostOfChannel: number;
}

/** Who has asked a channel's bot to fetch how often. */
export class FetchStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** `token` is this request's own. Whose limit is reached, and when there is room again; null when it may go on. */
  async take(
    channel: string,
    user: string,
    token: string,
    { windowMs, mostOfUser, mostOfChannel }: FetchLimits,
  ): Promise<{ readonly whose: "user" | "channel"; readonly waitMs: number } | null> {
    const args = [token, user, windowMs, mostOfUser, mostOfChannel];
    const [whose, waitMs] = strings(await run(this.#redis, take, [channelKeys(channel).fetches], args));
    return whose === "user" || whose === "channel" ? { whose, waitMs: Number(waitMs) } : null;
  }
}

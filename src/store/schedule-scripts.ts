import { NOW } from "./lua.ts";
import { script } from "./script.ts";

/**
 * A score of the schedule is the time at which a feed is due in whole ms, and in its fraction for how long the feed was left alone
 * before: steps of 2^(1/40) from a second on, rounded up, in 10 bits, so that a double holds both until the year 2248.
 */
const SCORE = `
local function score(atMs, restMs)
  local step = math.ceil(40 * math.log(restMs / 1000) / math.log(2))
  return math.floor(atMs) + math.max(0, math.min(step, 1023)) / 1024
end
local function restMs(score)
  local fraction = score % 1
  return fraction == 0 and 0 or 1000 * 2 ^ (fraction * 1024 / 40)
end
`;

/**
 * KEYS due · ARGV how many, least provisional delay in ms. Returns the claimed ids, then the time until the next one is due ("" when
 * there is none).
 *
 * The provisional time is written before any request goes out, so a crash loop does not hammer anyone. It is as far away as the time
 * before was, since no answer may come that says more; and a quarter more, up to 30 s, because the request that was lost may
 * have been answered so late.
 */
export const claimDue = script(`
${NOW}
${SCORE}
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now + 1), 'WITHSCORES', 'LIMIT', 0, ARGV[1])
local ids = {}
for i = 1, #due, 2 do
  local rest = restMs(due[i + 1])
  local provisional = math.max(tonumber(ARGV[2]), rest + math.min(rest / 4, 30000))
  redis.call('ZADD', KEYS[1], math.floor(now + provisional) + due[i + 1] % 1, due[i])
  ids[#ids + 1] = due[i]
end
local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
ids[#ids + 1] = next[2] and tostring(math.max(0, math.floor(next[2]) - now)) or ''
return ids
`);

/** KEYS due · ARGV mode (NX, XX, or GT: never sooner), then of each feed id and delay in ms. */
export const setDue = script(`
${NOW}
${SCORE}
for i = 2, #ARGV, 2 do redis.call('ZADD', KEYS[1], ARGV[1], score(now + ARGV[i + 1], ARGV[i + 1]), ARGV[i]) end
`);

/** Of a feed that was not asked after all: what is known of how long it was left alone stays. KEYS due · ARGV feed id, delay in ms. */
export const postpone = script(`
${NOW}
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score then return 0 end
return redis.call('ZADD', KEYS[1], math.floor(now + ARGV[2]) + score % 1, ARGV[1])
`);

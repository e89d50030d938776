import { HELD, JOINING, JOINING_SINCE } from "./follower-scripts.ts";
import { KNOWN, NOW, ROW } from "./lua.ts";
import { script } from "./script.ts";

/** Writes down that a follow goes to another feed. KEYS moves · ARGV feed id, feed id there. Returns where it goes: what was said first. */
export const note = script(`
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2] .. ' -')
return string.match(redis.call('HGET', KEYS[1], ARGV[1]), '^(%S+) ')
`);

/** The goal has become another feed: there it goes, with a follow of its own. KEYS moves · ARGV feed id, goal, feed id there. Returns 1, 0 where it does not go to that goal. */
export const turn = script(`
local goal = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%S+) ')
if goal ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. ' -')
return 1
`);

/**
 * The channel's half of the follow there. KEYS moves follows meta · ARGV feed id. Returns its id; "" when it was unfollowed since, or
 * nothing goes there any more, or the channel is being forgotten.
 */
export const enter = script(`
local goal, id = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%S+) (%S+)$')
if redis.call('HEXISTS', KEYS[3], 'forgetting') == 1 then return '' end
if not goal then return '' end
local current = redis.call('HGET', KEYS[2], goal)
if id ~= '-' then return current == id and id or '' end
if not current then
  current = tostring(redis.call('HINCRBY', KEYS[3], 'followCounter', 1))
  redis.call('HSET', KEYS[2], goal, current)
end
redis.call('HSET', KEYS[1], ARGV[1], goal .. ' ' .. current)
return current
`);

/**
 * From here on a follower gets nothing more of the feed; up to which entry it does is kept. KEYS state followers leaving · ARGV channel,
 * follow id, goal. Returns `<last entry> <last reading in ms>`, "" when this follow is not there, or waits to begin itself, or came back from that goal.
 */
export const leave = script(`
local known = redis.call('HGET', KEYS[3], ARGV[1])
local since, id, rest = string.match(redis.call('HGET', KEYS[2], ARGV[1]) or '', '^(%d+) (%S+) (.*)$')
if id ~= ARGV[2] or since == '${String(JOINING_SINCE)}' then return '' end
if known == 'back ' .. ARGV[3] then return '' end
if known and string.sub(known, 1, 5) ~= 'back ' then return known end
local state = redis.call('HMGET', KEYS[1], 'seq', 'lastOkAtMs')
local row = (state[1] or '0') .. ' ' .. (state[2] or '0')
redis.call('HSET', KEYS[3], ARGV[1], row)
redis.call('HSET', KEYS[2], ARGV[1], '${HELD} ' .. id .. ' ' .. rest)
return row
`);

/**
 * Who was leaving stays, since the goal has become this feed: what is above the number follows. That it came back from there is kept, for
 * those who still think that it leaves. KEYS state followers leaving · ARGV channel, goal, last number, "" to wait for `activateJoined`. Returns 0
 * when the feed has another last number, else 1.
 */
export const comeBack = script(`
local row = redis.call('HGET', KEYS[2], ARGV[1])
if not row then return 1 end
if string.match(row, '^%d+') == '${HELD}' then
  if ARGV[3] ~= '' and (redis.call('HGET', KEYS[1], 'seq') or '0') ~= ARGV[3] then return 0 end
  local since = ARGV[3] == '' and '${JOINING}' or ARGV[3]
  redis.call('HSET', KEYS[2], ARGV[1], since .. string.match(row, '^%d+( .*)$'))
end
redis.call('HSET', KEYS[3], ARGV[1], 'back ' .. ARGV[2])
return 1
`);

/** A follow goes nowhere any more, and that to the goal which was made for it is none. KEYS moves follows · ARGV feed id, goal. Returns 1, 0 where it does not go to that goal. */
export const stay = script(`
local goal, id = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%S+) (%S+)$')
if goal ~= ARGV[2] then return 0 end
if redis.call('HGET', KEYS[2], goal) == id then redis.call('HDEL', KEYS[2], goal) end
redis.call('HDEL', KEYS[1], ARGV[1])
return 1
`);

/**
 * Which entries of a document the feed knows. Changes nothing. KEYS seen · ARGV header as of `recordDocument`: entries with t, k, w and s, and u.
 * Returns for each its number, 0 for one that is unseen.
 */
export const numbersOf = script(`
local seen = KEYS[1]
local h = cjson.decode(ARGV[1])
${KNOWN}
local numbers = {}
for i, e in ipairs(h.entries) do numbers[i] = numberOf(e) or 0 end
return numbers
`);

/**
 * Takes entries that are older than the follow, once each, behind what waits. KEYS follows outbox ledger ledgerTimes meta
 * ARGV feed id, follow id, items as of `admit`. Returns how many wait because of this call, -1 when the channel no longer has this follow.
 */
export const take = script(`
local follows, outbox, ledger, times, meta = unpack(KEYS)
${NOW}
${ROW}
if redis.call('HGET', follows, ARGV[1]) ~= ARGV[2] then return -1 end
local added = 0
for _, item in ipairs(cjson.decode(ARGV[3])) do
  local id = ARGV[1] .. '.' .. item.n
  if redis.call('HEXISTS', ledger, id) == 0 then
    if item.why ~= '' then
      row(ledger, times, id, { state = 'filtered', why = item.why })
    else
      row(ledger, times, id, { state = 'pending' })
      redis.call('ZADD', outbox, redis.call('HINCRBY', meta, 'order', 1), id)
      added = added + 1
    end
  end
end
return added
`);

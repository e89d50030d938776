import { AT_FRONT, NOW, ROW } from "./lua.ts";
import { script } from "./script.ts";

/**
 * Takes what a fan-out record brings. Records of a feed come in order, and what is not above the channel's mark was here
 * before, so that any process may bring a record again.
 *
 * KEYS follows marks outbox ledger ledgerTimes meta
 * ARGV feed id, follow id, retention ms, items as JSON: [{ n: number, why: rule that filtered it, or "" }] in order
 * Returns how many wait in the outbox because of this call, -1 when the channel no longer has this follow. Nothing is written where nothing was
 * ever followed: the channel was forgotten.
 */
export const admit = script(`
local follows, marks, outbox, ledger, times, meta = unpack(KEYS)
${NOW}
${ROW}
local followed = redis.call('HGET', follows, ARGV[1]) == ARGV[2]
if not followed and redis.call('HEXISTS', meta, 'followCounter') == 0 then return -1 end
local mark = tonumber(redis.call('HGET', marks, ARGV[1]) or 0)
local added = 0
for _, item in ipairs(cjson.decode(ARGV[4])) do
  if item.n > mark then
    mark = item.n
    local id = ARGV[1] .. '.' .. item.n
    if not followed then
      row(ledger, times, id, { state = 'withdrawn', why = 'no longer followed' })
    elseif item.why ~= '' then
      row(ledger, times, id, { state = 'filtered', why = item.why })
    else
      row(ledger, times, id, { state = 'pending' })
      redis.call('ZADD', outbox, redis.call('HINCRBY', meta, 'order', 1), id)
      added = added + 1
    end
  end
end
redis.call('HSET', marks, ARGV[1], mark)
local old = redis.call('ZRANGEBYSCORE', times, '-inf', now - ARGV[3], 'LIMIT', 0, 100)
for _, id in ipairs(old) do
  if not redis.call('ZSCORE', outbox, id) then
    redis.call('HDEL', ledger, id)
    redis.call('ZREM', times, id)
  end
end
if not followed then return -1 end
return added
`);

/** Forgets a follow and withdraws what is not yet being sent. KEYS follows outbox ledger ledgerTimes, and moves where only a follow that goes elsewhere is forgotten · ARGV feed id. */
export const unfollow = script(`
local follows, outbox, ledger, times, moves = unpack(KEYS)
if moves and redis.call('HEXISTS', moves, ARGV[1]) == 0 then return 0 end
${NOW}
${ROW}
redis.call('HDEL', follows, ARGV[1])
local prefix = ARGV[1] .. '.'
local withdrawn = 0
for _, id in ipairs(redis.call('ZRANGE', outbox, 0, -1)) do
  if string.sub(entryOf(id), 1, #prefix) == prefix then
    redis.call('ZREM', outbox, id)
    row(ledger, times, id, { state = 'withdrawn', why = 'unfollowed' })
    withdrawn = withdrawn + 1
  end
end
return withdrawn
`);

/**
 * Takes over what waited in a channel that moved here, before everything that waits already. What was taken once is not
 * taken again. KEYS meta outbox ledger ledgerTimes · ARGV item ids in order.
 */
export const adopt = script(`
local outbox, ledger, times = unpack(KEYS)
${NOW}
${ROW}
${AT_FRONT}
local ids = {}
for _, id in ipairs(ARGV) do
  local entry = entryOf(id)
  if redis.call('HEXISTS', ledger, entry) == 0 then
    row(ledger, times, id, { state = 'pending' })
    ids[#ids + 1] = id
  end
end
atFront(outbox, ids)
return 1
`);

/**
 * Ends a delivery that surely did not land, or that nobody needs where it was going, because its channel moved. KEYS sending
 * ledger ledgerTimes · ARGV key. Returns 0 for a post that is not waiting: it may have landed.
 */
export const abandon = script(`
local sending, ledger, times = unpack(KEYS)
${NOW}
${ROW}
local current = redis.call('HMGET', sending, 'key', 'phase', 'items')
if not current[1] then return 1 end
if current[1] == ARGV[1] and string.sub(cjson.decode(current[3])[1], 1, 1) == '~' then
  redis.call('DEL', sending)
  return 1
end
if current[1] ~= ARGV[1] or current[2] ~= 'waiting' then return 0 end
for _, id in ipairs(cjson.decode(current[3])) do row(ledger, times, id, { state = 'withdrawn', why = 'the channel moved' }) end
redis.call('DEL', sending)
return 1
`);

/** A line for people, sent once per id. KEYS outbox notices ledger ledgerTimes meta follows · ARGV notice id, text, feed that it is about ("" for none): who does not follow that is not told. */
export const announce = script(`
local outbox, notices, ledger, times, meta, follows = unpack(KEYS)
${NOW}
${ROW}
local id = '!' .. ARGV[1]
if ARGV[3] ~= '' and redis.call('HEXISTS', follows, ARGV[3]) == 0 then return 0 end
if redis.call('HEXISTS', ledger, id) == 1 then return 0 end
redis.call('HSET', notices, ARGV[1], ARGV[2])
redis.call('ZADD', outbox, redis.call('HINCRBY', meta, 'order', 1), id)
row(ledger, times, id, { state = 'pending' })
return 1
`);

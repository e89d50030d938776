import { NOW, ROW } from "./lua.ts";
import { script } from "./script.ts";

/**
 * Puts an entry into the outbox on purpose, whatever became of it before. What `admit` may still bring is not taken: it would
 * come twice. A delivery that is held loses the entry, and ends with its last one.
 *
 * KEYS outbox ledger ledgerTimes held meta marks
 * ARGV entry id, feed id, number, number from which on the channel follows the feed, generation, "1" to repeat what was posted
 * Returns ok · pending, sending or posted (nothing was done: that is what it is) · coming (it has not been offered yet).
 */
export const repeatEntry = script(`
local outbox, ledger, times, held, meta, marks = unpack(KEYS)
${NOW}
${ROW}
local id = '=' .. ARGV[5] .. '.' .. ARGV[1]
local json = redis.call('HGET', ledger, ARGV[1])
local old = json and cjson.decode(json) or {}
if old.again == ARGV[5] then return 'ok' end
if old.state == 'pending' or old.state == 'sending' then return old.state end
if old.state == 'posted' and ARGV[6] ~= '1' then return 'posted' end
local number = tonumber(ARGV[3])
if redis.call('HEXISTS', meta, 'followCounter') == 0 then return 'coming' end
if number > tonumber(redis.call('HGET', marks, ARGV[2]) or 0) and number > tonumber(ARGV[4]) then return 'coming' end
local delivery = old.state == 'held' and redis.call('HGET', held, old.key)
if delivery then
  delivery = cjson.decode(delivery)
  local left = {}
  for _, item in ipairs(cjson.decode(delivery.items)) do
    if entryOf(item) ~= ARGV[1] then left[#left + 1] = item end
  end
  delivery.items = cjson.encode(left)
  if #left == 0 then redis.call('HDEL', held, old.key) else redis.call('HSET', held, old.key, cjson.encode(delivery)) end
end
redis.call('ZADD', outbox, redis.call('HINCRBY', meta, 'order', 1), id)
row(ledger, times, id, { state = 'pending' })
return 'ok'
`);

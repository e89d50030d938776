import { NOW, ROW } from "./lua.ts";
import { script } from "./script.ts";

/**
 * How the deliveries of a channel stand. Writes nothing. KEYS meta outbox sending ledger held
 * Returns how many items wait with what is under way, when the first of them began to (""), how many deliveries are held, 1 when nobody knows
 * whether the one under way landed, 1 when the channel is paused. What was asked for once more waits since then.
 */
export const look = script(`
local meta, outbox, sending, ledger, held = unpack(KEYS)
${NOW}
${ROW}
local function since(id)
  local entry, generation = entryOf(id)
  local row = redis.call('HGET', ledger, entry)
  return string.format('%.0f', generation or row and cjson.decode(row).offeredAt or now)
end
local waiting = redis.call('ZCARD', outbox)
local first = redis.call('ZRANGE', outbox, 0, 0)[1]
local items, phase, deadlineAt = unpack(redis.call('HMGET', sending, 'items', 'phase', 'deadlineAt'))
if items then
  local ids = cjson.decode(items)
  if string.sub(ids[1], 1, 1) ~= '~' then
    waiting = waiting + #ids
    first = ids[1]
  end
end
local uncertain = items and phase == 'attempting' and now > tonumber(deadlineAt) and 1 or 0
return { waiting, first and since(first) or '', redis.call('HLEN', held), uncertain, redis.call('HEXISTS', meta, 'paused') }
`);

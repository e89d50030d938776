import { WAIT_FOR_THREAD } from "./detail-scripts.ts";
import { FORGET_LINKS, NOTE_LINK } from "./link-scripts.ts";
import { AT_FRONT, NOW, ROW, SHOWN } from "./lua.ts";
import { script } from "./script.ts";

/**
 * What a channel's writer finds. KEYS meta outbox sending edits details detailsDue · ARGV epoch, how many items at most. In a channel that moved
 * only what may have landed there, even if it is paused: the rest is on its way to the other one.
 * Returns { kind, now, … }: stale · paused · sending with the fields of the delivery · pending with the channel's time zone ("" for none), the plan that `begin` or `scatter` left and the items
 * · edit with the zone and its item, when no item waits and it is due · detail with the zone, the key of its digest and what is left for that thread, when no edit is due either · empty.
 */
export const head = script(`
${NOW}
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return { 'stale', now } end
local sending = redis.call('HGETALL', KEYS[3])
if redis.call('HEXISTS', KEYS[1], 'movedTo') == 1 then
  if redis.call('HGET', KEYS[3], 'phase') ~= 'attempting' then return { 'empty', now } end
elseif redis.call('HEXISTS', KEYS[1], 'paused') == 1 then return { 'paused', now } end
if #sending > 0 then return { 'sending', now, unpack(sending) } end
local items = redis.call('ZRANGE', KEYS[2], 0, ARGV[2] - 1)
local zone, plan = unpack(redis.call('HMGET', KEYS[1], 'zone', 'plan'))
zone = zone or ''
if #items == 0 then
  local edit = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now, 'LIMIT', 0, 1)
  if edit[1] then return { 'edit', now, zone, edit[1] } end
  local detail = redis.call('ZRANGEBYSCORE', KEYS[6], '-inf', now, 'LIMIT', 0, 1)
  if detail[1] then return { 'detail', now, zone, detail[1], redis.call('HGET', KEYS[5], detail[1]) or '' } end
  return { 'empty', now }
end
return { 'pending', now, zone, plan or '', unpack(items) }
`);

/**
 * Writes down what is about to be sent. KEYS meta outbox sending ledger ledgerTimes links linkTimes
 * ARGV epoch, key, message, attempt ms, plan for what comes next ("" for none), ids of entries for its thread with spaces between them, then id and key of the link ("" for none) of each item. Returns ok · stale · changed (an item is no longer in the outbox).
 */
export const begin = script(`
local meta, outbox, sending, ledger, times, links, linkTimes = unpack(KEYS)
${NOW}
${ROW}
${NOTE_LINK}
${FORGET_LINKS}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local current = redis.call('HMGET', sending, 'key', 'epoch', 'attempts')
if current[1] then
  if current[1] == ARGV[2] and current[2] == ARGV[1] and current[3] == '1' then return { 'ok', now } end
  return { 'changed', now }
end
local ids = {}
for i = 7, #ARGV, 2 do
  if not redis.call('ZSCORE', outbox, ARGV[i]) then return { 'changed', now } end
  ids[#ids + 1] = ARGV[i]
end
redis.call('HSET', sending, 'key', ARGV[2], 'message', ARGV[3], 'items', cjson.encode(ids), 'epoch', ARGV[1], 'attempts', 1,
  'phase', 'attempting', 'firstAttemptAt', now, 'attemptAt', now, 'deadlineAt', now + ARGV[4])
if ARGV[6] ~= '' then redis.call('HSET', sending, 'details', ARGV[6]) end
if ARGV[5] == '' then redis.call('HDEL', meta, 'plan') else redis.call('HSET', meta, 'plan', ARGV[5]) end
for _, id in ipairs(ids) do
  redis.call('ZREM', outbox, id)
  row(ledger, times, id, { state = 'sending', key = ARGV[2] })
end
for i = 7, #ARGV, 2 do
  if ARGV[i + 1] ~= '' then noteLink(links, linkTimes, ARGV[i + 1], (entryOf(ARGV[i]))) end
end
forgetLinks(links, linkTimes)
return { 'ok', now }
`);

/** The same bytes for the n-th time. KEYS meta sending · ARGV epoch, key, n, attempt ms. Returns ok · stale · changed. */
export const beginAgain = script(`
${NOW}
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return { 'stale', now } end
if redis.call('HGET', KEYS[2], 'key') ~= ARGV[2] then return { 'changed', now } end
if redis.call('HGET', KEYS[2], 'attempts') == ARGV[3] then return { 'ok', now } end
redis.call('HSET', KEYS[2], 'epoch', ARGV[1], 'attempts', ARGV[3], 'phase', 'attempting', 'attemptAt', now, 'deadlineAt', now + ARGV[4])
return { 'ok', now }
`);

/** It surely did not land: wait. KEYS meta sending · ARGV epoch, key, ms, why, "pause" to pause the channel with it. */
export const defer = script(`
${NOW}
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return { 'stale', now } end
if redis.call('HGET', KEYS[2], 'key') ~= ARGV[2] then return { 'changed', now } end
redis.call('HSET', KEYS[2], 'phase', 'waiting', 'notBefore', now + ARGV[3], 'why', ARGV[4])
if ARGV[5] == 'pause' then redis.call('HSET', KEYS[1], 'paused', ARGV[4]) end
return { 'ok', now }
`);

/**
 * The outcome of a delivery. KEYS meta sending ledger ledgerTimes held notices outbox details detailsDue
 * ARGV epoch ("" when it landed: that is true whoever says it), key, state, reference, why, text of a notice that goes out
 * with the outcome ("" for none). A message of one item leaves in its row by which bytes it is known whether an edit would change
 * anything; one of several says of how many. What belongs into the thread of a message that landed waits from then on. Returns ok · stale · changed,
 * the time, and when the first of its entries was offered ("" where it is no entry, or was asked for once more).
 */
export const settle = script(`
local meta, sending, ledger, times, held, notices, outbox, details, detailsDue = unpack(KEYS)
${NOW}
${ROW}
${SHOWN}
${WAIT_FOR_THREAD}
if ARGV[1] ~= '' and redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local items, message
local belongs = ''
if redis.call('HGET', sending, 'key') == ARGV[2] then
  if ARGV[3] == 'posted' then belongs = redis.call('HGET', sending, 'details') or '' end
  items, message = unpack(redis.call('HMGET', sending, 'items', 'message'))
  if ARGV[3] == 'held' then redis.call('HSET', held, ARGV[2], cjson.encode({ items = items, message = message, firstAttemptAt = redis.call('HGET', sending, 'firstAttemptAt') })) end
  redis.call('DEL', sending)
elseif ARGV[3] == 'posted' and redis.call('HEXISTS', held, ARGV[2]) == 1 then
  local one = cjson.decode(redis.call('HGET', held, ARGV[2]))
  items, message = one.items, one.message
  redis.call('HDEL', held, ARGV[2])
else
  return { 'changed', now }
end
local ids = cjson.decode(items)
local first = ''
for _, id in ipairs(ids) do
  local changes = { state = ARGV[3], key = ARGV[2] }
  if ARGV[3] == 'posted' and #ids == 1 then changes.shown = shownAs(message) end
  if #ids > 1 then changes.together = #ids end
  if ARGV[4] ~= '' then changes.ref = ARGV[4] end
  if ARGV[5] ~= '' then changes.why = ARGV[5] end
  local offeredAt = row(ledger, times, id, changes)
  if string.find(id, '^[^!=]') then first = math.min(offeredAt, first == '' and offeredAt or first) end
  if string.sub(id, 1, 1) == '!' then redis.call('HDEL', notices, string.sub(id, 2)) end
end
waitForThread(details, detailsDue, ARGV[2], ARGV[4], belongs)
if ARGV[6] ~= '' then
  local notice = ARGV[3] .. '-' .. ARGV[2]
  redis.call('HSET', notices, notice, ARGV[6])
  redis.call('ZADD', outbox, redis.call('HINCRBY', meta, 'order', 1), '!' .. notice)
end
return { 'ok', now, first }
`);

/**
 * A message of several entries that the platform refused: they wait again, at the front, and the plan says that they go one by
 * one. KEYS meta outbox sending ledger ledgerTimes · ARGV epoch, key. Returns ok · stale · changed.
 */
export const scatter = script(`
local meta, outbox, sending, ledger, times = unpack(KEYS)
${NOW}
${ROW}
${AT_FRONT}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
if redis.call('HGET', sending, 'key') ~= ARGV[2] then return { 'changed', now } end
local ids = cjson.decode(redis.call('HGET', sending, 'items'))
for _, id in ipairs(ids) do row(ledger, times, id, { state = 'pending' }) end
atFront(outbox, ids)
redis.call('DEL', sending)
redis.call('HSET', meta, 'plan', 'single ' .. ids[#ids])
return { 'ok', now }
`);

/**
 * Entries that will not be sent after all. KEYS meta outbox ledger ledgerTimes links linkTimes
 * ARGV epoch, then state, why, id, key of the link under which it was met ("" for none) for each.
 */
export const withdraw = script(`
local meta, outbox, ledger, times, links, linkTimes = unpack(KEYS)
${NOW}
${ROW}
${NOTE_LINK}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
for i = 2, #ARGV, 4 do
  local id, link = ARGV[i + 2], ARGV[i + 3]
  if redis.call('ZREM', outbox, id) == 1 then row(ledger, times, id, { state = ARGV[i], why = ARGV[i + 1] }) end
  if link ~= '' then noteLink(links, linkTimes, link, id) end
end
return { 'ok', now }
`);

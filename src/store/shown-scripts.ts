import { NOTE_LINK } from "./link-scripts.ts";
import { NOW, ROW } from "./lua.ts";
import { script } from "./script.ts";

/**
 * What the channel's history shows since the backup. KEYS meta shown · ARGV epoch, the restoration's id, for how many ms it is kept, then each headline
 * with its messages as JSON: [[reference, how many entries are in it]], oldest first. What an earlier restore left there stays: its entries may come yet.
 * Returns ok · stale.
 */
export const noteShown = script(`
local meta, shown = unpack(KEYS)
${NOW}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
if redis.call('HGET', meta, 'lookedBack') == ARGV[2] then return { 'ok', now } end
for i = 4, #ARGV, 2 do
  local messages, known = cjson.decode(redis.call('HGET', shown, ARGV[i]) or '[]'), {}
  for _, message in ipairs(messages) do known[message[1]] = true end
  for _, message in ipairs(cjson.decode(ARGV[i + 1])) do
    if not known[message[1]] then messages[#messages + 1] = message end
  end
  redis.call('HSET', shown, ARGV[i], cjson.encode(messages))
end
if #ARGV > 3 then redis.call('PEXPIRE', shown, ARGV[3]) end
redis.call('HSET', meta, 'lookedBack', ARGV[2])
return { 'ok', now }
`);

/**
 * It cannot be known. KEYS meta · ARGV epoch, the restoration's id, why. The channel is paused with it, once. Returns ok · stale · changed (it was paused for
 * this before, and somebody ended that).
 */
export const cannotLook = script(`
local meta = KEYS[1]
${NOW}
local looked, by, epoch = unpack(redis.call('HMGET', meta, 'lookedBack', 'lookedBackBy', 'epoch'))
if epoch ~= ARGV[1] then return { 'stale', now } end
if looked == ARGV[2] then return { 'changed', now } end
if looked == '?' .. ARGV[2] then
  if by == ARGV[1] then return { 'ok', now } end
  redis.call('HSET', meta, 'lookedBack', ARGV[2])
  redis.call('HDEL', meta, 'lookedBackBy')
  return { 'changed', now }
end
redis.call('HSET', meta, 'lookedBack', '?' .. ARGV[2], 'lookedBackBy', ARGV[1], 'paused', ARGV[3])
return { 'ok', now }
`);

/**
 * Entries and notices that wait, and that the history shows already: each is settled as posted, by the oldest message that shows it and nothing else's.
 * KEYS meta outbox ledger ledgerTimes shown links linkTimes notices · ARGV epoch, then item, headline, and key of the link ("" for none) of each.
 * Returns ok · stale, and how many were found.
 */
export const settleShown = script(`
local meta, outbox, ledger, times, shown, links, linkTimes, notices = unpack(KEYS)
${NOW}
${ROW}
${NOTE_LINK}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now, 0 } end
local found = 0
for i = 2, #ARGV, 3 do
  local id, line, link = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known = redis.call('HGET', shown, line)
  if known and redis.call('ZREM', outbox, id) == 1 then
    local messages = cjson.decode(known)
    local message = table.remove(messages, 1)
    if #messages == 0 then redis.call('HDEL', shown, line) else redis.call('HSET', shown, line, cjson.encode(messages)) end
    local changes = { state = 'posted', ref = message[1] }
    -- Nobody knows which words it shows.
    if message[2] > 1 then changes.together = message[2] else changes.shown = '' end
    row(ledger, times, id, changes)
    if link ~= '' then noteLink(links, linkTimes, link, (entryOf(id))) end
    if string.sub(id, 1, 1) == '!' then redis.call('HDEL', notices, string.sub(id, 2)) end
    found = found + 1
  end
end
return { 'ok', now, found }
`);

import { NOW, SHOWN } from "./lua.ts";
import { script } from "./script.ts";

/** Row and change of the entry that an edit is of. */
const ENTRY = `
local function entryOf(ledger, item)
  local id = string.sub(item, 2)
  local json = redis.call('HGET', ledger, id)
  return id, json and cjson.decode(json) or nil
end

-- Composed of an older record than the latest change left: that would be the last that anybody does about the change.
local function isOutdated(r, rev)
  return tostring(r and r.rev or 0) ~= rev
end
`;

/**
 * Takes what a fan-out record says of changed entries, as `admit` does with new ones. An edit waits only once for each entry:
 * it is made of the newest record when it goes. Also for an entry that is still on its way, since its bytes may be made already.
 *
 * KEYS follows marks edits ledger · ARGV feed id, follow id, ms until it is due, [[entry number, the feed's count of changes]] in order
 * Returns how many edits were asked for, -1 when the channel no longer has this follow.
 */
export const offerEdits = script(`
local follows, marks, edits, ledger = unpack(KEYS)
${NOW}
${ENTRY}
if redis.call('HGET', follows, ARGV[1]) ~= ARGV[2] then return -1 end
local name = '~' .. ARGV[1]
local mark = tonumber(redis.call('HGET', marks, name) or 0)
local asked = 0
for _, change in ipairs(cjson.decode(ARGV[4])) do
  local number, rev = change[1], change[2]
  if rev > mark then
    mark = rev
    local item = name .. '.' .. number
    local id, r = entryOf(ledger, item)
    if r and (r.state == 'pending' or r.state == 'sending' or r.state == 'posted') then
      r.rev = rev
      redis.call('HSET', ledger, id, cjson.encode(r))
      redis.call('ZADD', edits, 'NX', now + ARGV[3], item)
      asked = asked + 1
    end
  end
end
redis.call('HSET', marks, name, mark)
return asked
`);

/**
 * Writes down the edit that is about to be sent. KEYS meta edits sending ledger
 * ARGV epoch, key, message, attempt ms, aim as JSON, item, change that it shows. Returns ok · stale · changed (it no longer waits, or there is a newer change).
 */
export const beginEdit = script(`
local meta, edits, sending, ledger = unpack(KEYS)
${NOW}
${ENTRY}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local current = redis.call('HMGET', sending, 'key', 'epoch', 'attempts')
if current[1] then
  if current[1] == ARGV[2] and current[2] == ARGV[1] and current[3] == '1' then return { 'ok', now } end
  return { 'changed', now }
end
local _, r = entryOf(ledger, ARGV[6])
if not redis.call('ZSCORE', edits, ARGV[6]) or isOutdated(r, ARGV[7]) then return { 'changed', now } end
redis.call('HSET', sending, 'key', ARGV[2], 'message', ARGV[3], 'items', cjson.encode({ ARGV[6] }), 'aim', ARGV[5], 'epoch', ARGV[1],
  'attempts', 1, 'phase', 'attempting', 'firstAttemptAt', now, 'attemptAt', now, 'deadlineAt', now + ARGV[4])
redis.call('ZREM', edits, ARGV[6])
return { 'ok', now }
`);

/**
 * An edit that is not sent after all. KEYS meta edits ledger · ARGV epoch, item, change that was looked at, why ("" where there is
 * nothing to say). Returns ok · stale · changed.
 */
export const dropEdit = script(`
local meta, edits, ledger = unpack(KEYS)
${NOW}
${ENTRY}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local id, r = entryOf(ledger, ARGV[2])
if not redis.call('ZSCORE', edits, ARGV[2]) or isOutdated(r, ARGV[3]) then return { 'changed', now } end
redis.call('ZREM', edits, ARGV[2])
if r and ARGV[4] ~= '' then
  r.editWhy = ARGV[4]
  redis.call('HSET', ledger, id, cjson.encode(r))
end
return { 'ok', now }
`);

/**
 * The outcome of an edit. KEYS meta sending ledger · ARGV epoch ("" when it landed: that is true whoever says it), key, why it never will
 * be shown ("" when it landed). The row stays as old as its post is. Returns ok · stale · changed.
 */
export const settleEdit = script(`
local meta, sending, ledger = unpack(KEYS)
${NOW}
${ENTRY}
${SHOWN}
if ARGV[1] ~= '' and redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local key, items, message = unpack(redis.call('HMGET', sending, 'key', 'items', 'message'))
if key ~= ARGV[2] then return { 'changed', now } end
local id, r = entryOf(ledger, cjson.decode(items)[1])
if r and ARGV[3] == '' then
  r.edits = (r.edits or 0) + 1
  r.editedAt = now
  r.shown = shownAs(message)
  r.editWhy = nil
  redis.call('HSET', ledger, id, cjson.encode(r))
elseif r then
  r.editWhy = ARGV[3]
  r.fixed = true
  redis.call('HSET', ledger, id, cjson.encode(r))
end
redis.call('DEL', sending)
return { 'ok', now }
`);

/**
 * It surely did not land, or whatever it might still do is over: it waits again, and nothing waits for it. KEYS meta edits sending ledger
 * ARGV epoch, key, ms, why, "pause" to pause the channel with it. Where an earlier attempt was not answered, nobody knows any more which words
 * the message shows; so also the old ones are an edit then. Returns ok · stale · changed.
 */
export const deferEdit = script(`
local meta, edits, sending, ledger = unpack(KEYS)
${NOW}
${ENTRY}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local key, items, attempts = unpack(redis.call('HMGET', sending, 'key', 'items', 'attempts'))
if key ~= ARGV[2] then return { 'changed', now } end
local item = cjson.decode(items)[1]
local id, r = entryOf(ledger, item)
if r and r.shown and tonumber(attempts) > 1 then
  r.shown = ''
  redis.call('HSET', ledger, id, cjson.encode(r))
end
redis.call('ZADD', edits, 'GT', now + ARGV[3], item)
redis.call('DEL', sending)
if ARGV[5] == 'pause' then redis.call('HSET', meta, 'paused', ARGV[4]) end
return { 'ok', now }
`);

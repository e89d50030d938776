import { NOW, ROW } from "./lua.ts";
import { script } from "./script.ts";

/** More messages than this nobody reads below a digest: the rest stands in its list alone. */
export const MOST_PARTS = 5;

const RECORD = `
local function recordOf(details, id)
  local json = redis.call('HGET', details, id)
  return json and cjson.decode(json) or nil
end
local function save(details, due, id, r, dueAt)
  redis.call('HSET', details, id, cjson.encode(r))
  redis.call('ZADD', due, dueAt, id)
end
local function forget(details, due, id)
  redis.call('HDEL', details, id)
  redis.call('ZREM', due, id)
end
`;

/** For the script that settles a digest as posted: what goes into its thread waits from now on. */
export const WAIT_FOR_THREAD = `
local function waitForThread(details, due, id, ref, belongs)
  local entries = {}
  for entry in string.gmatch(belongs, '%S+') do entries[#entries + 1] = entry end
  if #entries == 0 then return end
  redis.call('HSET', details, id, cjson.encode({ ref = ref, part = 0, entries = entries, at = now }))
  redis.call('ZADD', due, now, id)
end
`;

/**
 * Writes down the message for a thread that is about to be sent, for the n-th time. It is due again when it can be looked for.
 * KEYS meta details detailsDue · ARGV epoch, key of the digest, key, message ("" for the one before), how many entries it settles, n, attempt ms, settle ms.
 * Returns ok · stale · changed.
 */
export const beginDetail = script(`
local meta, details, due = unpack(KEYS)
${NOW}
${RECORD}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local r = recordOf(details, ARGV[2])
if not r then return { 'changed', now } end
local a = r.attempt or { key = ARGV[3], message = ARGV[4], taken = tonumber(ARGV[5]), n = 0, first = now }
local n = tonumber(ARGV[6])
if a.key ~= ARGV[3] then return { 'changed', now } end
if a.n == n and a.epoch == ARGV[1] and a.phase == 'attempting' then return { 'ok', now } end
if a.n ~= n - 1 then return { 'changed', now } end
a.n, a.epoch, a.phase, a.last = n, ARGV[1], 'attempting', now
r.attempt = a
save(details, due, ARGV[2], r, now + ARGV[7] + ARGV[8])
return { 'ok', now }
`);

/**
 * It surely did not land ("waiting": the platform takes nothing for now, so all that is due waits with it), or cannot be looked for yet ("attempting"). KEYS meta details detailsDue
 * ARGV epoch, key of the digest, key, ms, phase. Returns ok · stale · changed.
 */
export const deferDetail = script(`
local meta, details, due = unpack(KEYS)
${NOW}
${RECORD}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local r = recordOf(details, ARGV[2])
if not r or not r.attempt or r.attempt.key ~= ARGV[3] then return { 'changed', now } end
if r.attempt.phase ~= ARGV[5] then
  r.attempt.phase = ARGV[5]
  redis.call('HSET', details, ARGV[2], cjson.encode(r))
end
redis.call('ZADD', due, now + ARGV[4], ARGV[2])
-- What keeps this one back keeps others back, too.
if ARGV[5] == 'waiting' then
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now + ARGV[4])) do redis.call('ZADD', due, now + ARGV[4], id) end
end
return { 'ok', now }
`);

/**
 * The outcome of a message for a thread: in a row of its own, and nowhere else. KEYS meta details detailsDue ledger ledgerTimes
 * ARGV epoch ("" when it landed: that is true whoever says it), key of the digest, key, reference, why it did not land ("" when it did), "all" to drop the
 * rest of this thread, too. Returns ok · stale · changed.
 */
export const settleDetail = script(`
local meta, details, due, ledger, times = unpack(KEYS)
${NOW}
${ROW}
${RECORD}
if ARGV[1] ~= '' and redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local id = ARGV[2]
local r = recordOf(details, id)
if not r or not r.attempt or r.attempt.key ~= ARGV[3] then return { 'changed', now } end
local changes = { state = 'posted', key = ARGV[3], ref = ARGV[4] }
if ARGV[5] ~= '' then changes = { state = 'rejected', key = ARGV[3], why = ARGV[5] } end
row(ledger, times, '+' .. id .. '.' .. r.part, changes)
local left = {}
for i = r.attempt.taken + 1, #r.entries do left[#left + 1] = r.entries[i] end
if #left == 0 or r.part + 1 >= ${String(MOST_PARTS)} or ARGV[6] == 'all' then
  forget(details, due, id)
else
  save(details, due, id, { ref = r.ref, part = r.part + 1, entries = left, at = r.at }, now)
end
return { 'ok', now }
`);

/**
 * What is left of a thread is not sent after all. KEYS meta details detailsDue ledger ledgerTimes · ARGV epoch, key of the digest, part, why.
 * Returns ok · stale · changed.
 */
export const dropDetails = script(`
local meta, details, due, ledger, times = unpack(KEYS)
${NOW}
${ROW}
${RECORD}
if redis.call('HGET', meta, 'epoch') ~= ARGV[1] then return { 'stale', now } end
local id = ARGV[2]
local r = recordOf(details, id)
if r and tostring(r.part) ~= ARGV[3] then return { 'changed', now } end
if r then row(ledger, times, '+' .. id .. '.' .. ARGV[3], { state = 'withdrawn', why = ARGV[4] }) end
forget(details, due, id)
return { 'ok', now }
`);

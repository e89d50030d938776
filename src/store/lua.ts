import { hash } from "node:crypto";

// Pieces that several scripts share.

/** Redis time in ms. */
export const NOW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`;

/**
 * An entry that is sent again on purpose stands in the outbox as `=<generation>.<entry id>`, and in the ledger as itself. A row of
 * the ledger keeps when the entry was first offered, and `row` returns that; `ledgerTimes` follows every change.
 */
export const ROW = `
local function entryOf(id)
  local generation, entry = string.match(id, '^=(%d+)%.(.+)$')
  return entry or id, generation
end
local function row(ledger, times, id, changes)
  id, changes.again = entryOf(id)
  local old = redis.call('HGET', ledger, id)
  local r = old and cjson.decode(old) or { offeredAt = now }
  changes.offeredAt = r.offeredAt
  changes.at = now
  redis.call('HSET', ledger, id, cjson.encode(changes))
  redis.call('ZADD', times, now, id)
  return r.offeredAt
end
`;

/** Puts items before everything that waits. */
export const AT_FRONT = `
local function atFront(outbox, ids)
  local first = redis.call('ZRANGE', outbox, 0, 0, 'WITHSCORES')
  local before = math.min(tonumber(first[2] or 0), 0)
  for i, id in ipairs(ids) do redis.call('ZADD', outbox, before - #ids + i - 1, id) end
end
`;

/** Of the entries in `h` and what the feed has `seen`: which keys are in doubt or unknown, and the number that an entry has already. */
export const KNOWN = `
local doubtful, unknown = {}, {}
for _, key in ipairs(h.u) do doubtful[key] = true end
for _, e in ipairs(h.entries) do
  for _, key in ipairs(e.k) do
    if redis.call('HEXISTS', seen, '!' .. key) == 1 then doubtful[key] = true
    elseif redis.call('HEXISTS', seen, key) == 0 then unknown[key] = true end
  end
end

local function numberUnder(key)
  local value = redis.call('HGET', seen, key)
  return value and tonumber(string.match(value, '^[^.]+'), 36)
end

-- Where no key can be trusted, that nothing at all has changed still tells.
local function numberOf(e)
  local trusted = {}
  for _, test in ipairs(e.t) do
    local key, unless = string.match(test, '^(%S+) ?(%S*)$')
    local void = unless ~= '' and (doubtful[unless] or redis.call('HEXISTS', seen, unless) == 1)
    if not doubtful[key] and not void then trusted[#trusted + 1] = key end
  end
  if #trusted == 0 then trusted[1] = e.w end
  if e.s or trusted[1] == e.w then e.k[#e.k + 1] = e.w end
  for _, key in ipairs(trusted) do
    local number = numberUnder(key)
    if number then return number end
  end
  return nil
end

`;

/** The bytes of a message, short: enough to know them again. `shownHash` is the same in TypeScript. */
export const SHOWN = `
local function shownAs(message)
  return string.sub(redis.sha1hex(message), 1, 12)
end
`;

export function shownHash(message: string): string {
  return hash("sha1", message).slice(0, 12);
}

import { hash } from "node:crypto";

// Pieces that several scripts share.

/** Redis time in ms. */
export const NOW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`;

/** A row of the ledger keeps when the entry was first offered, and which change of it was the latest; `ledgerTimes` follows every change. */
export const ROW = `
local function row(ledger, times, id, changes)
  local old = redis.call('HGET', ledger, id)
  local r = old and cjson.decode(old) or { offeredAt = now }
  changes.offeredAt = r.offeredAt
  changes.rev = r.rev
  changes.at = now
  redis.call('HSET', ledger, id, cjson.encode(changes))
  redis.call('ZADD', times, now, id)
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

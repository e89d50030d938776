import { NOW } from "./lua.ts";
import { script } from "./script.ts";

/**
 * Writes down what is to be imported. KEYS import list results channel
 * ARGV id, source, how many feeds, the list, ms to keep, for how many ms whoever begins it counts as watching: it may be over before they
 * look for the first time. Returns 0 when an import of the channel is not over yet, or the channel is being forgotten.
 * \`followsUpTo\`: follow ids rise, so a higher one is a follow that came with this import.
 */
export const begin = script(`
local import, list, results, meta = unpack(KEYS)
${NOW}
local before = redis.call('HMGET', import, 'id', 'told')
if before[1] == ARGV[1] then return 1 end
if redis.call('HEXISTS', meta, 'forgetting') == 1 then return 0 end
if before[1] and before[2] ~= '1' then return 0 end
redis.call('DEL', import, results)
redis.call('HSET', import, 'id', ARGV[1], 'source', ARGV[2], 'total', ARGV[3], 'begunAt', now,
  'followsUpTo', redis.call('HGET', meta, 'followCounter') or 0, 'watchedUntil', now + ARGV[6])
redis.call('SET', list, ARGV[4], 'PX', ARGV[5])
redis.call('PEXPIRE', import, ARGV[5])
return 1
`);

/** What became of one feed; the first word stands. KEYS import results · ARGV id, number, result, ms to keep. Returns 0 when this import is over. */
export const note = script(`
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
redis.call('HSETNX', KEYS[2], ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 1
`);

/** Sets a field of this import where it has none yet. KEYS import · ARGV id, field, value ("now" for the time). */
export const mark = script(`
${NOW}
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3] == 'now' and now or ARGV[3])
return 1
`);

/**
 * Somebody shows how it goes, and will show the end, if nothing is heard from them for that long the channel is told. KEYS import ·
 * ARGV id, ms. Returns 0 when it is another's to tell.
 */
export const watch = script(`
${NOW}
local found = redis.call('HMGET', KEYS[1], 'id', 'teller')
if found[1] ~= ARGV[1] or found[2] then return 0 end
redis.call('HSET', KEYS[1], 'watchedUntil', now + ARGV[2])
return 1
`);

/**
 * It is for the channel to be told, since nobody watches. KEYS import · ARGV id.
 * Returns for how many ms somebody may still be about to tell it, 0 when it is ours to tell, -1 when it was told.
 */
export const takeTelling = script(`
${NOW}
local found = redis.call('HMGET', KEYS[1], 'id', 'told', 'teller', 'watchedUntil')
if found[1] ~= ARGV[1] or found[2] == '1' then return -1 end
local left = tonumber(found[4] or 0) - now
if not found[3] and left > 0 then return left end
redis.call('HSET', KEYS[1], 'teller', 'channel')
return 0
`);

import { script } from "./script.ts";

/**
 * Only this round of a merge records in the feed from now on, if no newer one has begun and nothing was recorded since ARGV[2] was
 * the last number. KEYS state · ARGV round, last number. Returns 1 or 0.
 */
export const closeFeed = script(`
local state = redis.call('HMGET', KEYS[1], 'mergeTry', 'seq')
if state[1] ~= ARGV[1] or (state[2] or '0') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'mergeRound', ARGV[1])
return 1
`);

/** KEYS state. All fields as one text, JSON of [name, value, …], "{}" for none: a client reads that several times as fast as a map. */
export const readState = script(`
return cjson.encode(redis.call('HGETALL', KEYS[1]))
`);

/**
 * What a poll remembers once everything it recorded has reached the followers' outboxes.
 * KEYS state fanout · ARGV name, value, … Returns 1, or 0 with nothing written while a fan-out record is open.
 */
export const remember = script(`
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
if #ARGV > 0 then redis.call('HSET', KEYS[1], unpack(ARGV)) end
return 1
`);

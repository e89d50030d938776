import { script } from "./script.ts";

/**
 * Commits a follow: from here on every entry with a higher number goes to the channel.
 * KEYS state followers · ARGV channel, follow id, settings. A follow that is there already keeps
 * its `since`, and one that is newer stays: follow ids rise.
 */
export const commitFollow = script(`
local old = redis.call('HGET', KEYS[2], ARGV[1])
if old and tonumber(string.match(old, '^%d+ (%S+) ')) >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], (redis.call('HGET', KEYS[1], 'seq') or '0') .. ' ' .. ARGV[2] .. ' ' .. ARGV[3])
return 1
`);

/**
 * KEYS followers · ARGV channel, settings as they were read, settings. Returns ok · gone (the channel does not follow) ·
 * changed (somebody else changed them meanwhile).
 */
export const changeFollower = script(`
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old then return 'gone' end
local head, settings = string.match(old, '^(%d+ %S+ )(.*)$')
if settings == ARGV[3] then return 'ok' end
if settings ~= ARGV[2] then return 'changed' end
redis.call('HSET', KEYS[1], ARGV[1], head .. ARGV[3])
return 'ok'
`);

/**
 * Another channel follows in a follower's place, from the same entry on and with the same settings.
 * KEYS followers leaving · ARGV from, to, follow id. Returns 1, 0 when `from` does not follow.
 */
export const moveFollower = script(`
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value then return 0 end
local since, settings = string.match(value, '^(%d+) %S+ (.*)$')
redis.call('HSET', KEYS[1], ARGV[2], since .. ' ' .. ARGV[3] .. ' ' .. settings)
local leaving = redis.call('HGET', KEYS[2], ARGV[1])
if leaving then redis.call('HSET', KEYS[2], ARGV[2], leaving) end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
return 1
`);

/** Stand where a follower has the number from which on it follows: while a merge has not given one, and when it has given another. */
export const JOINING = "9007199254740991";
export const HELD = "9007199254740990";
export const JOINING_SINCE = Number(JOINING);

/**
 * A follower that gets nothing until `activateJoined`. Nobody joins a closed feed, and a round of a merge that began before somebody joined
 * does not close it. KEYS state followers · ARGV channel, follow id, settings.
 */
export const joinFollower = script(`
local old = redis.call('HGET', KEYS[2], ARGV[1])
if old and tonumber(string.match(old, '^%d+ (%S+) ')) >= tonumber(ARGV[2]) then return 0 end
if (redis.call('HGET', KEYS[1], 'mergeRound') or '') ~= '' then return 0 end
if redis.call('HEXISTS', KEYS[1], 'mergeTry') == 1 then redis.call('HINCRBY', KEYS[1], 'mergeTry', 1) end
return redis.call('HSET', KEYS[2], ARGV[1], '${JOINING} ' .. ARGV[2] .. ' ' .. ARGV[3])
`);

/** From here on these channels follow, where they joined, if nothing was recorded since `ARGV[1]` was the last number. KEYS state followers · ARGV last number, channels. Returns 1 or 0. */
export const activateJoined = script(`
local seq = redis.call('HGET', KEYS[1], 'seq') or '0'
if seq ~= ARGV[1] then return 0 end
for i = 2, #ARGV do
  local rest = string.match(redis.call('HGET', KEYS[2], ARGV[i]) or '', '^${JOINING} (.*)$')
  if rest then redis.call('HSET', KEYS[2], ARGV[i], seq .. ' ' .. rest) end
end
return 1
`);

/** A follower gets nothing more of this feed, unless it has yet to begin; what waits for it keeps its settings. KEYS followers · ARGV channel. */
export const holdFollower = script(`
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old or string.match(old, '^%d+') == '${JOINING}' then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], '${HELD} ' .. string.match(old, '^%d+ (.*)$'))
`);

/** Removes a follower unless it follows anew. KEYS followers leaving · ARGV channel, follow id. */
export const dropFollower = script(`
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old or string.match(old, '^%d+ (%S+) ') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[1], ARGV[1])
`);

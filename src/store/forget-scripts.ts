import { NOW } from "./lua.ts";
import { script } from "./script.ts";

/** Epochs and follow ids of a channel go on where those of the forgotten one ended: nobody who still holds one of these means the new channel. */
const GO_ON = `
local function goOn(meta, gone, counter)
  redis.call('HSETNX', meta, counter, redis.call('HGET', gone, counter) or 0)
  return redis.call('HINCRBY', meta, counter, 1)
end
`;

/** The next writer. KEYS meta forgotten. Returns its epoch; "" where there is nothing to write, since nothing is kept or it is being forgotten. */
export const takeOver = script(`
${GO_ON}
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'forgetting') == 1 then return '' end
return goOn(KEYS[1], KEYS[2], 'epoch')
`);

/**
 * The channel's half of a follow. KEYS follows meta forgotten · ARGV feed id, most follows, a feed that must be followed for it ("" for
 * none). Returns the follow id; "" when there are too many, that feed is not followed, or the channel is being forgotten. Follow ids rise,
 * so they give the order in which feeds are listed.
 */
export const beginFollow = script(`
${GO_ON}
local id = redis.call('HGET', KEYS[1], ARGV[1])
if redis.call('HEXISTS', KEYS[2], 'forgetting') == 1 then return '' end
if id then return id end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then return '' end
if ARGV[3] ~= '' and redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0 then return '' end
id = tostring(goOn(KEYS[2], KEYS[3], 'followCounter'))
redis.call('HSET', KEYS[1], ARGV[1], id)
return id
`);

/** Nothing is sent from here on: whoever writes has an old epoch, and nobody gets a new one. KEYS meta forgotten. */
export const mark = script(`
${GO_ON}
${NOW}
if redis.call('HSETNX', KEYS[1], 'forgetting', now) == 0 then return 0 end
goOn(KEYS[1], KEYS[2], 'epoch')
return 1
`);

/** KEYS meta forgotten, all keys of the channel · ARGV for how many ms its counters are kept. Does nothing without the mark. */
export const remove = script(`
local meta, gone = KEYS[1], KEYS[2]
if redis.call('HEXISTS', meta, 'forgetting') == 0 then return 0 end
for _, counter in ipairs({ 'epoch', 'followCounter' }) do
  local value = redis.call('HGET', meta, counter)
  if value then redis.call('HSET', gone, counter, value) end
end
redis.call('PEXPIRE', gone, ARGV[1])
redis.call('DEL', unpack(KEYS, 3))
return 1
`);

import { NOW } from "./lua.ts";
import { script } from "./script.ts";

/** So many feeds have one post, at most; more tell nothing any more. */
export const MOST_UNDER_A_LINK = 50;
/** How long one feed's copy keeps another's away. */
export const LINKS_KEPT_MS = 30 * 86_400_000;

/**
 * Notes which entry goes out, or stays away, under a link. The value is the ids of all that were met under it, in order: where two
 * are of one feed, the link is no one post's. KEYS names are the caller's: `links`, `linkTimes`; `now` is set.
 */
export const NOTE_LINK = `
local function noteLink(links, linkTimes, link, id)
  local known = redis.call('HGET', links, link)
  local count = 0
  for one in string.gmatch(known or '', '%S+') do
    if one == id then return end
    count = count + 1
  end
  if count >= ${String(MOST_UNDER_A_LINK)} then return end
  redis.call('HSET', links, link, known and known .. ' ' .. id or id)
  redis.call('ZADD', linkTimes, now, link)
end
`;

/** Stands before the id of a feed whose follow went on as another feed's; no key of a link begins so. */
export const BECAME = ">";

/** Notes that a follow goes on as another feed's, among the links and for as long. KEYS links linkTimes · ARGV feed id, feed id there. */
export const noteBecame = script(`
${NOW}
redis.call('HSET', KEYS[1], '${BECAME}' .. ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, '${BECAME}' .. ARGV[1])
return 1
`);

/** Stands before the id of an entry that was posted in a channel whose place this one took; no key of a link begins so. */
export const POSTED_BEFORE = "<";

/**
 * Takes over what another channel met under links, beside what was met here, each as long as it would have been kept there. KEYS links
 * linkTimes · ARGV rows as JSON: { field, value, at (ms) }.
 */
export const carryLinks = script(`
local now
${NOTE_LINK}
for _, row in ipairs(cjson.decode(ARGV[1])) do
  now = math.max(tonumber(row.at), tonumber(redis.call('ZSCORE', KEYS[2], row.field) or 0))
  if string.find(row.field, '^[${BECAME}${POSTED_BEFORE}]') then
    if redis.call('HSETNX', KEYS[1], row.field, row.value) == 1 then redis.call('ZADD', KEYS[2], now, row.field) end
  else
    for id in string.gmatch(row.value, '%S+') do noteLink(KEYS[1], KEYS[2], row.field, id) end
  end
end
return 1
`);

/** Links under which nothing new was met for so long are forgotten, a few at a time. */
export const FORGET_LINKS = `
local function forgetLinks(links, linkTimes)
  local old = redis.call('ZRANGEBYSCORE', linkTimes, '-inf', now - ${String(LINKS_KEPT_MS)}, 'LIMIT', 0, 100)
  if #old == 0 then return end
  redis.call('HDEL', links, unpack(old))
  redis.call('ZREM', linkTimes, unpack(old))
end
`;

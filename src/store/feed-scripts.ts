import { script } from "./script.ts";

const NOW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`;

const BASE36 = `
local digits = '0123456789abcdefghijklmnopqrstuvwxyz'
local function base36(n)
  if n == 0 then return '0' end
  local s = ''
  while n > 0 do
    local d = n % 36
    s = string.sub(digits, d + 1, d + 1) .. s
    n = (n - d) / 36
  end
  return s
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

/**
 * Marks the entries of one document as seen, gives the unseen ones their numbers, and writes the fan-out record, all at once.
 *
 * KEYS state seen entries authors followers fanout
 * ARGV 1 header as JSON: { round: "", or the round of the merge that closed the feed to all others, entries: [{ t: keys to test ("a b": a, unless b is known), k: all keys, w: key of the whole entry, s: keep that one too, a: authors { fold, name }, d: date, p: the same in ms, 0 for none }], u: keys in
 *        doubt, read: this counts as a reading of the feed, whole: nothing is missing, watchCapMs, keepDays, keepCount, retentionMs, keepEntries, mostEntries, mostAuthors, joinFrom }, entries in posting order
 *      2… the entries' records as JSON, in the same order
 * Returns the numbers of the entries that were unseen.
 *
 * An author whom nobody had seen in the feed, and who comes with joinFrom or more entries that were published before the reading
 * before, joins it with them: their records say so for ever, since what was seen of authors changes with this very call.
 *
 * Time is counted in days during which the feed was really watched: a bot that was off for a year forgets nothing.
 */
export const recordDocument = script(`
local state, seen, entries, authors, followers, fanout = unpack(KEYS)
local h = cjson.decode(ARGV[1])
if (redis.call('HGET', state, 'mergeRound') or '') ~= h.round then return redis.error_reply('CLOSED the feed goes on as another') end
${NOW}
${BASE36}
local lastRead = tonumber(redis.call('HGET', state, 'readAtMs') or now)
local watched = tonumber(redis.call('HGET', state, 'watchedMs') or 0) + math.min(math.max(now - lastRead, 0), h.watchCapMs)
local day = math.floor(watched / 86400000)
local seq = tonumber(redis.call('HGET', state, 'seq') or 0)
local firstRead = redis.call('HGET', state, 'read') ~= '1'
local lastOk = math.max(tonumber(redis.call('HGET', state, 'lastOkAtMs') or 0), lastRead)

${KNOWN}-- A doubt takes the place of the key. Both carry the number of the entry that showed them last.
local function mark(e, number)
  local value = base36(number) .. '.' .. base36(day)
  local changed = false
  for _, key in ipairs(e.k) do
    local name = key
    if doubtful[key] then
      name = '!' .. key
      redis.call('HDEL', seen, key)
    end
    local old = redis.call('HGET', seen, name)
    if unknown[key] or not old then changed = true end
    if old ~= value then redis.call('HSET', seen, name, value) end
  end
  return changed
end

-- A record is "<first seen, ms>,<identity keys>\\n<JSON>". Keys and doubts that an edited entry no longer has are dropped, so
-- that an entry which changes at every poll does not grow the set.
local JOINED = ',"joined":true}'
local function joined(record)
  return string.sub(record, 1, -2) .. JOINED
end

local function replace(e, number, json)
  local old = redis.call('HGET', entries, number)
  if not old then return end
  if string.sub(old, -#JOINED) == JOINED then json = joined(json) end
  local head = string.match(old, '^[^\\n]*')
  local kept = {}
  for _, key in ipairs(e.k) do kept[key] = true end
  for key in string.gmatch(head, ',([^,]+)') do
    for _, name in ipairs(kept[key] and {} or { key, '!' .. key }) do
      if numberUnder(name) == number then redis.call('HDEL', seen, name) end
    end
  end
  redis.call('HSET', entries, number, string.match(head, '^[^,]*') .. ',' .. table.concat(e.k, ',') .. '\\n' .. json)
end

local function countAuthor(author, date)
  local known = redis.call('HGET', authors, author.fold)
  if not known and redis.call('HLEN', authors) >= h.mostAuthors then return end
  local row = known and cjson.decode(known) or { name = author.name, count = 0, last = '' }
  row.count = row.count + 1
  if date > row.last then row.last = date end
  redis.call('HSET', authors, author.fold, cjson.encode(row))
end

local function soleAuthor(e)
  return #e.a == 1 and e.a[1].fold or ''
end
-- Where nobody was seen so far, as in a feed that was empty or named no authors, there is nothing to join.
local strangers = {}
local seenAuthors = redis.call('HLEN', authors)
if not firstRead and seenAuthors > 0 and seenAuthors < h.mostAuthors then
  for _, e in ipairs(h.entries) do
    local author = soleAuthor(e)
    if author ~= '' and redis.call('HEXISTS', authors, author) == 0 then strangers[author] = {} end
  end
end

local fresh = {}
for i, e in ipairs(h.entries) do
  local number = numberOf(e)
  if number then
    if mark(e, number) then replace(e, number, ARGV[i + 1]) end
  else
    seq = seq + 1
    fresh[#fresh + 1] = seq
    mark(e, seq)
    redis.call('HSET', entries, seq, now .. ',' .. table.concat(e.k, ',') .. '\\n' .. ARGV[i + 1])
    for _, author in ipairs(e.a) do countAuthor(author, e.d) end
    local by = strangers[soleAuthor(e)]
    if by and e.p > 0 and e.p < lastOk then by[#by + 1] = seq end
  end
end
for _, numbers in pairs(strangers) do
  for _, number in ipairs(#numbers >= h.joinFrom and numbers or {}) do
    redis.call('HSET', entries, number, joined(redis.call('HGET', entries, number)))
  end
end

if #fresh > 0 and not firstRead then
  local list = {}
  local raw = redis.call('HGETALL', followers)
  for i = 1, #raw, 2 do list[#list + 1] = { raw[i], raw[i + 1] } end
  if #list > 0 then redis.call('HSET', fanout, fresh[1], cjson.encode({ numbers = fresh, followers = list })) end
end

redis.call('HSET', state, 'seq', seq, 'watchedMs', watched, 'readAtMs', now)
if h.read then redis.call('HSET', state, 'read', '1') end
if h.whole then
  if tonumber(redis.call('HGET', state, 'trimmedDay') or -1) < day then
    local oldest = seq - h.keepCount
    local raw = redis.call('HGETALL', seen)
    for i = 1, #raw, 2 do
      local number, last = string.match(raw[i + 1], '^([^.]+)%.(.+)$')
      if tonumber(number, 36) < oldest and tonumber(last, 36) < day - h.keepDays then redis.call('HDEL', seen, raw[i]) end
    end
    redis.call('HSET', state, 'trimmedDay', day)
  end
end

local first = tonumber(redis.call('HGET', state, 'first') or 1)
if redis.call('HLEN', fanout) == 0 then
  while first < seq - h.keepEntries do
    local record = redis.call('HGET', entries, first)
    local kept = record and tonumber(string.match(record, '^[^,]*')) > now - h.retentionMs
    if kept and seq - first < h.mostEntries then break end
    if record then redis.call('HDEL', entries, first) end
    first = first + 1
  end
  redis.call('HSET', state, 'first', first)
end
return fresh
`);

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
const JOINING = "9007199254740991";
export const HELD = "9007199254740990";
export const JOINING_SINCE = Number(JOINING);

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

/** A follower that gets nothing until `activateJoined`. KEYS followers · ARGV channel, follow id, settings. */
export const joinFollower = script(`
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old and tonumber(string.match(old, '^%d+ (%S+) ')) >= tonumber(ARGV[2]) then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], '${JOINING} ' .. ARGV[2] .. ' ' .. ARGV[3])
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

/** A follower gets nothing more of this feed; what waits for it keeps its settings. KEYS followers · ARGV channel. */
export const holdFollower = script(`
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], '${HELD} ' .. string.match(old, '^%d+ (.*)$'))
`);

/** Removes a follower unless it follows anew. KEYS followers leaving · ARGV channel, follow id. */
export const dropFollower = script(`
local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old or string.match(old, '^%d+ (%S+) ') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[1], ARGV[1])
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

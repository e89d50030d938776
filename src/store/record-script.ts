import { KNOWN, NOW } from "./lua.ts";
import { script } from "./script.ts";

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

/**
 * Marks the entries of one document as seen, gives the unseen ones their numbers, and writes the fan-out record, all at once.
 *
 * KEYS state seen entries authors followers fanout edits
 * ARGV 1 header as JSON: { round: "", or the round of the merge that closed the feed to all others, entries: [{ t: keys to test
 *        ("a b": a, unless b is known), k: all keys, w: key of the whole entry, s: keep that one too, a: authors { fold, name },
 *        d: date, p: the same in ms, 0 for none, m: fingerprint of what it says }], meaningVersion: fingerprints of another one are
 *        not compared, u: keys in doubt, read: this counts as a reading of the feed, whole: nothing is missing, watchCapMs, keepDays,
 *        keepCount, retentionMs, keepEntries, mostEntries, mostAuthors, joinFrom, mostEdits }, entries in posting order
 *      2… the entries' records as JSON, in the same order
 * Returns the numbers of the entries that were unseen.
 *
 * The record of a known entry is replaced when one of its identity keys is new to it, which any change of title, author, text or date
 * makes so. Each replaced record counts as a change (`edits` in the state and in the sorted set: the search index follows it);
 * one whose fingerprint is another, too, goes to the followers. Of several entries of a document that are one known entry
 * the first speaks for all, so that they do not replace each other at every poll.
 *
 * An author whom nobody had seen in the feed, and who comes with joinFrom or more entries that were published before the reading
 * before, joins it with them: their records say so for ever, since what was seen of authors changes with this very call.
 *
 * Time is counted in days during which the feed was really watched: a bot that was off for a year forgets nothing.
 */
export const recordDocument = script(`
local state, seen, entries, authors, followers, fanout, edits = unpack(KEYS)
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

${KNOWN}
-- A doubt takes the place of the key. Both carry the number of the entry that showed them last.
local function mark(e, number)
  local own = base36(number) .. '.'
  local value = own .. base36(day)
  local changed = false
  for _, key in ipairs(e.k) do
    local name = key
    if doubtful[key] then
      name = '!' .. key
      redis.call('HDEL', seen, key)
    end
    local old = redis.call('HGET', seen, name)
    -- What another entry showed last: this one may have said something else meanwhile.
    if unknown[key] or not old or string.sub(old, 1, #own) ~= own then changed = true end
    if old ~= value then redis.call('HSET', seen, name, value) end
  end
  return changed
end

-- A record is "<first seen, ms>,<identity keys> <version>:<fingerprint>\\n<JSON>"; older ones have no fingerprint. Keys and doubts
-- that an edited entry no longer has are dropped, so that an entry which changes at every poll does not grow the set.
local JOINED = ',"joined":true}'
local function joined(record)
  return string.sub(record, 1, -2) .. JOINED
end

local function recordOf(first, keys, i, json)
  return first .. ',' .. table.concat(keys, ',') .. ' ' .. h.meaningVersion .. ':' .. h.entries[i].m .. '\\n' .. json
end

local editCount = tonumber(redis.call('HGET', state, 'edits') or 0)
local edited = {}
local function replace(number, sighting)
  local old = redis.call('HGET', entries, number)
  if not old then return end
  local json = ARGV[sighting.i + 1]
  if string.sub(old, -#JOINED) == JOINED then json = joined(json) end
  local head, oldJson = string.match(old, '^([^\\n]*)\\n(.*)$')
  local ids, version, meaning = string.match(head, '^(%S*) ?([^:]*):?(%S*)$')
  local kept = {}
  for _, key in ipairs(sighting.keys) do kept[key] = true end
  for key in string.gmatch(ids, ',([^,]+)') do
    for _, name in ipairs(kept[key] and {} or { key, '!' .. key }) do
      if numberUnder(name) == number then redis.call('HDEL', seen, name) end
    end
  end
  local record = recordOf(string.match(ids, '^[^,]*'), sighting.keys, sighting.i, json)
  if record == old then return end
  redis.call('HSET', entries, number, record)
  if json == oldJson then return end
  editCount = editCount + 1
  redis.call('ZADD', edits, editCount, number)
  if version == h.meaningVersion and meaning ~= h.entries[sighting.i].m then edited[#edited + 1] = { number, editCount } end
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

-- What the document shows of each entry: the first sighting of it, and the keys of all.
local shown, order = {}, {}
local function show(number, i, changed)
  local one = shown[number]
  if not one then
    one = { i = i, keys = {}, has = {}, changed = false }
    shown[number] = one
    order[#order + 1] = number
  end
  for _, key in ipairs(h.entries[i].k) do
    if not one.has[key] then one.keys[#one.keys + 1] = key end
    one.has[key] = true
  end
  one.changed = one.changed or changed
end

local fresh = {}
for i, e in ipairs(h.entries) do
  local number = numberOf(e)
  if number then
    show(number, i, mark(e, number))
  else
    seq = seq + 1
    fresh[#fresh + 1] = seq
    mark(e, seq)
    redis.call('HSET', entries, seq, recordOf(now, e.k, i, ARGV[i + 1]))
    show(seq, i, false)
    for _, author in ipairs(e.a) do countAuthor(author, e.d) end
    local by = strangers[soleAuthor(e)]
    if by and e.p > 0 and e.p < lastOk then by[#by + 1] = seq end
  end
end
-- Records whose fingerprint is of another version get theirs when all is read anew.
local anew = redis.call('HGET', state, 'meaning') ~= h.meaningVersion
for _, number in ipairs(order) do
  if anew or shown[number].changed then replace(number, shown[number]) end
end
redis.call('ZREMRANGEBYRANK', edits, 0, -1 - h.mostEdits)
for _, numbers in pairs(strangers) do
  for _, number in ipairs(#numbers >= h.joinFrom and numbers or {}) do
    redis.call('HSET', entries, number, joined(redis.call('HGET', entries, number)))
  end
end

-- A merge records what another feed has: no change of this one.
local told = h.round == '' and edited or {}
if #fresh + #told > 0 and not firstRead then
  local list = {}
  local raw = redis.call('HGETALL', followers)
  for i = 1, #raw, 2 do list[#list + 1] = { raw[i], raw[i + 1] } end
  local open = { at = seq + editCount, followers = list }
  -- An empty table would become an object.
  if #fresh > 0 then open.numbers = fresh end
  if #told > 0 then open.edits = told end
  if #list > 0 then redis.call('HSET', fanout, fresh[1] or 'e' .. editCount, cjson.encode(open)) end
end

redis.call('HSET', state, 'seq', seq, 'readAtMs', now, 'meaning', h.meaningVersion)
-- What is absent is 0, and of the first entry 1: a feed that is new does without.
if watched > 0 then redis.call('HSET', state, 'watchedMs', watched) end
if editCount > 0 then redis.call('HSET', state, 'edits', editCount) end
if h.read then redis.call('HSET', state, 'read', '1') end
if h.whole then
  if tonumber(redis.call('HGET', state, 'trimmedDay') or 0) < day then
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
    redis.call('ZREM', edits, first)
    first = first + 1
  end
  if first > 1 then redis.call('HSET', state, 'first', first) end
end
return fresh
`);

-- Appends messages to one room: dedup, offset, log and publication in one step.
--   KEYS  meta, log, channel, senders of generation a, senders of generation b      (one hash tag, so one slot)
--   ARGV  most messages kept, idle milliseconds, then for each message: sender, n, body (-n: what was before it is gone)
--   returns epoch, then for each message: code (0 stored, 1 duplicate, 2 out of sequence), offset, last n
-- A sender counts 1, 2, 3 …; one that is not known begins, so that nothing it says is taken for a repetition of what it
-- never got in. It is remembered until 10,000 others have written after it: two generations of at most that many each.
local SENDERS = 10000
local meta, log, channel = KEYS[1], KEYS[2], KEYS[3]
local top, epoch, _, generation = open_room(meta, log)
local current, previous = KEYS[4], KEYS[5]
if generation == 'b' then current, previous = previous, current end

local first, bodies, reply, is_new = top + 1, {}, {epoch}, false
for i = 3, #ARGV, 3 do
  local sender, count, body = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local n = tonumber(count)
  local after_gap = n < 0
  if after_gap then n, count = -n, string.sub(count, 2) end
  local code, offset, last = 0, 0, 0
  if sender ~= '' then
    local known = redis.call('HGET', current, sender) or redis.call('HGET', previous, sender) or '0:0'
    local known_count, at = string.match(known, '^(%d+):(%d+)$')
    last = tonumber(known_count)
    if n == last then code, offset = 1, tonumber(at)
    elseif n < last then code = 1
    elseif n > last + 1 and not after_gap then code = 2 end
  end
  if code == 0 then
    top = top + 1
    offset = top
    if sender ~= '' then is_new = redis.call('HSET', current, sender, count .. ':' .. top) == 1 or is_new end
    redis.call('XADD', log, 'MAXLEN', '~', ARGV[1], '0-' .. top, 'm', body)
    bodies[#bodies + 1] = body
  end
  reply[#reply + 1] = code
  reply[#reply + 1] = offset
  reply[#reply + 1] = last
end

if top >= first then
  redis.call('HSET', meta, 'top', top)
  if is_new and redis.call('HLEN', current) >= SENDERS then
    redis.call('UNLINK', previous)
    redis.call('HSET', meta, 'generation', generation == 'a' and 'b' or 'a')
  end
  local idle = tonumber(ARGV[2])
  if keep(log, idle) or is_new then      -- a new sender may be the first of a generation, which has no time yet
    keep(meta, 2 * idle)
    keep(current, 2 * idle)
  end
  redis.call('SPUBLISH', channel, 'm ' .. epoch .. ' ' .. first .. '\n' .. table.concat(bodies, '\n'))
end
return reply

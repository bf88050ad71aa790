-- Appends messages to one room: dedup, offset, log and publication in one step.
--   KEYS  meta, log, channel, senders of generation a, senders of generation b      (one hash tag, so one slot)
--   ARGV  most messages kept, idle milliseconds, then for each message: sender, seq, body (-seq: accept a gap before it)
--   returns epoch, then for each message: code (0 stored, 1 duplicate, 2 out of sequence, 3 too many senders), offset,
--           last seq
-- A sender counts 1, 2, 3 …; an unknown sender must begin with 1, so that a new message is never taken for the repetition of
-- an earlier one. Senders are in two generations. When the current one is full, the other is dropped and begins anew; but
-- never within AGE of the last time: then new senders are refused, so that a flood of them cannot make the room forget a
-- sender that may still repeat a message.
local SENDERS, AGE = 25000, 600
local meta, log, channel, current, previous = unpack(KEYS)
local top, epoch, _, generation = open_room(meta, log)
if generation == 'b' then current, previous = previous, current end

-- Whether there is room for one more sender; makes some where it may.
local function admits_sender()
  if call('HLEN', current) < SENDERS then return true end
  local now, turned = tonumber(call('TIME')[1]), tonumber(call('HGET', meta, 'turned')) or 0
  if now - turned < AGE then return false end
  call('UNLINK', previous)
  current, previous = previous, current
  generation = generation == 'a' and 'b' or 'a'
  call('HSET', meta, 'generation', generation, 'turned', now)
  return true
end

local lines, reply, is_new, place = {}, {epoch}, false, nil      -- place: the last offset given, as text
for i = 3, #ARGV, 3 do
  local sender, count, body = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local seq = tonumber(count)
  local after_gap = seq < 0
  if after_gap then seq, count = -seq, string.sub(count, 2) end
  local code, offset, last = 0, 0, 0
  if sender ~= '' then
    local known = call('HGET', current, sender) or call('HGET', previous, sender)
    if known then
      local colon = string.find(known, ':', 1, true)
      last = tonumber(string.sub(known, 1, colon - 1))
    end
    if known and seq == last then code, offset = 1, tonumber(string.match(known, ':(.*)$'))
    elseif seq < last then code = 1
    elseif seq > last + 1 and not after_gap then code = 2
    elseif not known and not admits_sender() then code = 3 end
  end
  if code == 0 then
    top = top + 1
    offset = top
    place = string.format('%d', top)
    if not lines[1] then lines[1] = 'm ' .. epoch .. ' ' .. place end
    if sender ~= '' then is_new = call('HSET', current, sender, count .. ':' .. place) == 1 or is_new end
    call('XADD', log, 'MAXLEN', '~', ARGV[1], '0-' .. place, 'm', body)
    lines[#lines + 1] = body
  end
  reply[i - 1], reply[i], reply[i + 1] = code, offset, last
end

if place then
  call('HSET', meta, 'top', place)
  local idle = tonumber(ARGV[2])
  if keep(log, idle) or is_new then      -- a new sender may be the first of a generation, which has no time yet
    keep(meta, 2 * idle)
    keep(current, 2 * idle)
  end
  call('SPUBLISH', channel, table.concat(lines, '\n'))
end
return reply

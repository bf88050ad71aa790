-- Appends messages to one room: dedup, offset, log and publication in one step.
--   KEYS  state, log, channel, earlier senders; then, as far as they are needed: ages (messages have a greatest age), pace
--         (messages have terms), keys of even days and of odd days (a message has an idempotency key)   (one hash tag, so one
--         slot); queue of events (messages are events)
--   ARGV  most messages kept, idle milliseconds, most milliseconds that a message is kept (0: any), the node's time in
--         milliseconds, arguments of a message (3; 4: they have terms), most entries of the queue of events ('': messages are
--         no events), then for each message: sender, seq, body, terms ('': none; '=': only a repetition is taken;
--         "<interval> <burst> <may create> <person>"). -seq: accept a gap before it; without a sender: the first `seq` bytes
--         of the body are the budget of an idempotency key ('a', 'p' or 'x') and the key
--   returns epoch, then for each message: code (0 stored, 1 duplicate, 2 out of sequence, 3 too many senders, 4 too early,
--           5 no such room, 6 too many keys, 7 no repetition), offset, last seq (4: milliseconds to wait)
-- A message costs four commands: the state and its sender are in one hash, which is read once and written once; XADD; and
-- SPUBLISH. The node's time tells when the keys must be kept for longer. A function or a table costs as much as a command,
-- because Redis makes it anew in each call: there are none where they are not needed.
-- A sender counts 1, 2, 3 …; an unknown sender must begin with 1, so that a new message is never taken for the repetition of
-- an earlier one. When the hash is full of senders, it becomes the earlier one and a new one begins; but never within AGE of
-- the last time: then new senders are refused, so that a flood of them cannot make the room forget a sender that may still
-- repeat a message.
-- The keys of a day (UTC) and a budget are one hash, which is dropped whole at the end of the next day: a key lives 24 to
-- 48 hours. The name of the hash has the budget as its tail, but for 'a'. People may be strangers, who must not use up a day:
-- a full hash of theirs takes the place of yesterday's, as senders do, but never within AGE of the last time.
local SENDERS, AGE, MARKS, KEYS_A_DAY, DAY = 25000, 600, 50, 100000, 86400000
local FIRST = 7               -- argument of the first message
local state, log, channel, earlier = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local idle, kept_for, size = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5])
local ages = kept_for > 0 and KEYS[5]
local pace = size == 4 and KEYS[ages and 6 or 5]
local days = 4 + (ages and 1 or 0) + (pace and 1 or 0)       -- behind this key
local events = ARGV[6] ~= '' and KEYS[#KEYS]
local has_keys = #KEYS > days + (events and 1 or 0)

-- The state, and what is known of the first sender.
local m = call('HMGET', state, '.run', '.top', '.epoch', '.ended', '.kept', ARGV[FIRST])
local top, epoch, ended, kept = tonumber(m[2]), m[3], m[4], tonumber(m[5])
if m[1] ~= RUN then
  local creates = not pace    -- any of the messages may be the first of the room
  for i = FIRST, #ARGV, size do
    creates = creates or ARGV[i + 3] == '' or string.match(ARGV[i + 3], '^%d+ %d+ 1')
  end
  top, epoch, ended = open_room(state, log, m, not creates)
end

local clock
local now = (pace or ages or has_keys) and function()
  local time = clock or call('TIME')
  clock = time
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- How long a person must wait; 0: it has sent now. A key of each person's own, in the slot of the room, ends by itself.
local too_early = pace and function(interval, burst, person)
  local key, time = pace .. ':' .. person, now()
  local rest = math.max(tonumber(call('GET', key)) or 0, time) + interval
  local wait = rest - time - interval * burst
  if wait > 0 then return wait end
  call('SET', key, string.format('%.0f', rest), 'PX', string.format('%.0f', rest - time))
  return 0
end

-- The code for a message that no repetition excuses, and the milliseconds to wait.
local judge = pace and function(terms)
  local interval, burst, may_create, person = string.match(terms, '^(%d+) (%d+) (%d) (.*)$')
  if top == 0 and may_create == '0' then return 5, 0 end
  if interval == '0' then return 0, 0 end
  local wait = too_early(tonumber(interval), tonumber(burst), person)
  return wait > 0 and 4 or 0, wait
end

-- The code for a message with this idempotency key, its offset if it is stored, and a function that stores the key.
local judge_key = has_keys and function(budget, key)
  local day = math.floor(now() / DAY)
  local tail = budget == 'a' and '' or ':' .. budget
  local today, yesterday = KEYS[days + 1 + day % 2] .. tail, KEYS[days + 2 - day % 2] .. tail
  local left = call('PTTL', today)     -- a hash of today has more than a day left; another is of two days ago
  if left >= 0 and left < DAY / 2 then call('UNLINK', today) end
  local stored = call('HGET', today, key) or call('HGET', yesterday, key)
  if stored then return 1, tonumber(stored) end
  local turns = false
  if call('HLEN', today) >= KEYS_A_DAY then
    turns = budget == 'p' and now() - (tonumber(call('HGET', today, '.turned')) or 0) >= AGE * 1000
    if not turns then return budget == 'x' and 0 or 6, 0 end
  end
  return 0, 0, function(place)
    if turns then
      call('RENAME', today, yesterday)
      call('PEXPIRE', yesterday, DAY / 4)
      call('HSET', today, '.turned', string.format('%.0f', now()))
      left = -1
    end
    call('HSET', today, key, place)
    if left < DAY / 2 then call('PEXPIRE', today, (day + 2) * DAY - now()) end
  end
end

-- Where the log begins if its first messages are too old: a mark is an offset and the time it was stored. nil: the marks do
-- not say.
local trim_to
if ages then
  local passed = call('ZRANGEBYSCORE', ages, '-inf', string.format('%.0f', now() - kept_for))
  if passed[1] then
    trim_to = top + 2 - tonumber(ARGV[1])
    for _, offset in ipairs(passed) do trim_to = math.max(trim_to, tonumber(offset) + 1) end
  end
end

-- Puts a message into the queue of events, or counts it as lost: people do not wait for the application.
local tell = events and function(offset, body)
  if call('XLEN', events) >= tonumber(ARGV[6]) then return call('HINCRBY', events .. ':lost', 'events', 1) end
  local room = string.match(log, '{(.*)}:log$')
  call('XADD', events, '*', 'event', 'message_posted', 'room', room, 'epoch', epoch, 'offset', offset, 'body', body)
end

local lines, reply, parts = {}, {epoch}, 1
local place                   -- the last offset given, as text
for i = FIRST, #ARGV, size do
  local sender, count, body = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local seq, code, offset, last, store_key = tonumber(count), 0, 0, 0, nil
  local after_gap = seq < 0
  local terms = pace and ARGV[i + 3] or ''
  if after_gap then
    seq, count = -seq, string.sub(count, 2)
    if sender == '' then
      code, offset, store_key = judge_key(string.sub(body, 1, 1), string.sub(body, 2, seq))
      body = string.sub(body, seq + 1)
    end
  end
  if sender ~= '' then
    local sent
    if i == FIRST then sent = m[6] else sent = call('HGET', state, sender) end
    sent = sent or call('HGET', earlier, sender)
    if sent then
      local colon = string.find(sent, ':', 1, true)
      last = tonumber(string.sub(sent, 1, colon - 1))
      if seq == last then code, offset = 1, tonumber(string.sub(sent, colon + 1)) end
    end
    if seq < last then code = 1
    elseif seq > last + 1 and not after_gap then code = 2
    elseif terms ~= '=' and not sent and call('HLEN', state) >= SENDERS then
      local time = tonumber(call('TIME')[1])
      if time - (tonumber(call('HGET', state, '.turned')) or 0) < AGE then
        code = 3
      else
        call('UNLINK', earlier)
        call('RENAME', state, earlier)
        call('HSET', state, '.run', RUN, '.top', string.format('%d', top), '.epoch', epoch, '.ended', ended, '.turned', time)
        kept = nil
      end
    end
  end
  if terms == '=' then
    if code == 0 or code == 6 then code = 7 end
  elseif code == 0 and terms ~= '' then
    local wait
    code, wait = judge(terms)
    if code == 4 then last = wait end
  end
  if code == 0 then
    top = top + 1
    offset = top
    place = string.format('%d', top)
    if not lines[1] then lines[1] = 'm ' .. epoch .. ' ' .. place end
    if store_key then store_key(place) end
    if sender ~= '' then
      call('HSET', state, '.top', place, sender, count .. ':' .. place)
    else
      call('HSET', state, '.top', place)
    end
    if trim_to then
      call('ZREMRANGEBYSCORE', ages, '-inf', string.format('%.0f', now() - kept_for))
      call('XADD', log, 'MINID', '=', '0-' .. string.format('%d', trim_to), '0-' .. place, 'm', body)
      trim_to = nil
    else
      call('XADD', log, 'MAXLEN', '~', ARGV[1], '0-' .. place, 'm', body)
    end
    lines[#lines + 1] = body
    if events then tell(place, body) end
  end
  reply[parts + 1], reply[parts + 2], reply[parts + 3] = code, offset, last
  parts = parts + 3
end

if place then
  -- A log is kept for the time a room may be idle, its top and its senders for twice as long: offsets never start again
  -- while a client still remembers them. The times are extended when a quarter of the first is over.
  if not kept or math.abs(tonumber(ARGV[4]) - kept) >= idle / 4 then
    call('HSET', state, '.kept', ARGV[4])
    call('PEXPIRE', state, 2 * idle)
    if not ages then call('PEXPIRE', log, idle) end
  end
  if ages then
    call('PEXPIRE', log, math.min(kept_for, idle))      -- then all its messages are too old
    local newest = tonumber(call('HGET', state, '.marked')) or 0
    if now() - newest >= kept_for / MARKS then
      call('HSET', state, '.marked', string.format('%.0f', now()))
      call('ZADD', ages, string.format('%.0f', now()), place)
    end
    call('PEXPIRE', ages, kept_for)
  end
  call('SPUBLISH', channel, table.concat(lines, '\n'))
elseif not kept and epoch ~= '' then
  call('PEXPIRE', state, 2 * idle)                      -- of a room whose first message was refused
end
return reply

-- In front of every script of ours. RUN is the run id of the very server the node loaded the text into: a restarted or
-- promoted server does not know the script (NOSCRIPT), so the node loads it anew with that server's id, and the first
-- call in each room finds another id in the room's hash and opens a new epoch.
local RUN = '@RUN@'
local call = redis.call

-- Reads the state of the room's log; opens an epoch if this server has not yet. Returns top, epoch, ended, generation. A
-- room without a message has no keys: `only_read` leaves it so, and its epoch is ''.
local function open_room(meta, log, only_read)
  local m = call('HMGET', meta, 'run', 'top', 'epoch', 'ended', 'generation')
  local top, epoch, ended, generation = tonumber(m[2]) or 0, m[3], m[4] or '', m[5] or 'a'
  if m[1] == RUN then return top, epoch, ended, generation end
  if epoch then
    ended = epoch .. ':' .. top .. (ended ~= '' and (',' .. ended) or '')
    for position in string.gmatch(ended, '(),') do      -- eight ended epochs are enough to reconnect across
      local _, commas = string.gsub(string.sub(ended, 1, position), ',', '')
      if commas == 8 then ended = string.sub(ended, 1, position - 1) break end
    end
  else
    local tail = call('XREVRANGE', log, '+', '-', 'COUNT', 1)  -- a log without its hash: go on above it
    if tail[1] then top = tonumber(string.match(tail[1][1], '-(%d+)$')) end
    if only_read and top == 0 then return 0, '', '', 'a' end
  end
  local now = call('TIME')
  -- In steps of 64 microseconds. Short: it is in every message, and a text of 15 characters needs no allocation.
  epoch = string.format('%s%012x', string.sub(RUN, 1, 3), math.floor((now[1] * 1000000 + now[2]) / 64))
  call('HSET', meta, 'run', RUN, 'top', top, 'epoch', epoch, 'ended', ended)
  return top, epoch, ended, generation
end

-- Keeps a key for `time` milliseconds more; writes only when a quarter of them is gone, and returns whether it did. A log is
-- kept for the time a room may be idle, its top and its senders for twice as long: offsets never start again while a client
-- still remembers them.
local function keep(key, time)
  local is_due = call('PTTL', key) < 0.75 * time
  if is_due then call('PEXPIRE', key, time) end
  return is_due
end

-- In front of every script of ours. RUN is the run id of the very server the node loaded the text into: a restarted or
-- promoted server does not know the script (NOSCRIPT), so the node loads it anew with that server's id, and the first
-- call in each room finds another id in the room's hash and opens a new epoch.
local RUN = '@RUN@'
local call = redis.call

-- Opens an epoch if this server has not yet. `m`: .run, .top, .epoch and .ended of the room's hash; fields of the state begin
-- with a dot, which no sender's name does. Returns top, epoch, ended. A room without a message has no keys: `only_read`
-- leaves it so, and its epoch is ''.
local function open_room(state, log, m, only_read)
  local top, epoch, ended = tonumber(m[2]) or 0, m[3], m[4] or ''
  if m[1] == RUN then return top, epoch, ended end
  if epoch then
    ended = epoch .. ':' .. top .. (ended ~= '' and (',' .. ended) or '')
    for position in string.gmatch(ended, '(),') do      -- eight ended epochs are enough to reconnect across
      local _, commas = string.gsub(string.sub(ended, 1, position), ',', '')
      if commas == 8 then ended = string.sub(ended, 1, position - 1) break end
    end
  else
    local tail = call('XREVRANGE', log, '+', '-', 'COUNT', 1)  -- a log without its hash: go on above it
    if tail[1] then top = tonumber(string.match(tail[1][1], '-(%d+)$')) end
    if only_read and top == 0 then return 0, '', '' end
  end
  local now = call('TIME')
  -- In steps of 64 microseconds. Short: it is in every message, and a text of 15 characters needs no allocation.
  epoch = string.format('%s%012x', string.sub(RUN, 1, 3), math.floor((now[1] * 1000000 + now[2]) / 64))
  call('HSET', state, '.run', RUN, '.top', top, '.epoch', epoch, '.ended', ended)
  return top, epoch, ended
end

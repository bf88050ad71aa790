-- Puts an entry into a list that nodes share, or removes one, and tells the nodes that watch it. Entries that have ended
-- go first. A full Redis does not stop it: a ban must not wait for memory.
--   KEYS  entries (hash: key → "<end> <value>"), ends (sorted set: key, end in milliseconds), channel
--   ARGV  key, milliseconds it is kept (0 = remove), value, "new" (only if there is none) or "any", entries at most
--   returns 1, 0 (none was there, or for "new": one was), -1 (full)
local entries, ends, channel = unpack(KEYS)
local key, kept = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', now)) do redis.call('HDEL', entries, ended) end
redis.call('ZREMRANGEBYSCORE', ends, '-inf', now)

if kept == 0 then
  redis.call('ZREM', ends, key)
  if redis.call('HDEL', entries, key) == 0 then return 0 end
else
  local is_there = redis.call('HGET', entries, key)
  if is_there and ARGV[4] == 'new' then return 0 end
  if not is_there and redis.call('HLEN', entries) >= tonumber(ARGV[5]) then return -1 end
  local till = string.format('%.0f', now + kept)
  redis.call('HSET', entries, key, till .. ' ' .. ARGV[3])
  redis.call('ZADD', ends, till, key)
  for _, part in ipairs({entries, ends}) do      -- as long as the entry that ends last
    if redis.call('PTTL', part) < kept then redis.call('PEXPIRE', part, ARGV[2]) end
  end
end
redis.call('SPUBLISH', channel, '')
return 1

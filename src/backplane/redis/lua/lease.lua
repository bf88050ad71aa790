-- Renews one node instance's lease and returns the living instances, by this server's clock.
--   KEYS  leases (sorted set: instance, milliseconds of its last renewal)
--   ARGV  instance ('' = only ask), lease milliseconds      returns 1 if there was no lease of it, the living instances
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local added = 0
if ARGV[1] ~= '' then
  added = redis.pcall('ZADD', KEYS[1], now, ARGV[1])
  if type(added) == 'table' then
    if not string.find(added.err, 'WRONGTYPE', 1, true) then return added end
    redis.call('UNLINK', KEYS[1])     -- no node wrote it, and no node is ready without leases
    added = redis.call('ZADD', KEYS[1], now, ARGV[1])
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 60000)
end
return {added, redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[2], '+inf')}

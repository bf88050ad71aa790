-- Removes entries that have had their effect. A full Redis does not stop it: it frees memory.
--   KEYS  queue      ARGV  ids      returns how many there were
redis.call('XACK', KEYS[1], 'nodes', unpack(ARGV))
return redis.call('XDEL', KEYS[1], unpack(ARGV))

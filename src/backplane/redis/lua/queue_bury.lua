-- Moves an entry to the dead letters. Of an entry beyond the bounds only its size is kept.
--   KEYS  queue, dead letters      ARGV  id, reason, most dead letters, most fields, most bytes      returns 1, 0 (it is gone)
local queue, dead = unpack(KEYS)
local id, most_texts, most_bytes = ARGV[1], 2 * ARGV[4], tonumber(ARGV[5])
local entry = redis.call('XRANGE', queue, id, id)[1]
if entry then
  local fields, size = entry[2], 0
  for i = 1, #fields do size = size + #fields[i] end
  if #fields > most_texts or size > most_bytes then fields = {'bytes', size} end
  redis.call('XADD', dead, 'MAXLEN', '~', ARGV[3], '*', 'id', id, 'reason', ARGV[2], unpack(fields))
end
redis.call('XACK', queue, 'nodes', id)
return redis.call('XDEL', queue, id)

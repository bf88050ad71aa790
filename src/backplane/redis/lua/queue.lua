-- Renews the lease of a queue's consumer and reads the next entries, in one step: a node whose lease has ended reads
-- nothing, however long it was paused between two calls.
--   KEYS  queue (stream), lease (text: consumer and run id; it expires)
--   ARGV  consumer, lease milliseconds (0 = give it up), after: the last id that it has of the entries that were delivered
--         before ('0' = none, '>' = it has them all), most entries (0 = only renew), most bytes, and of an entry most
--         fields and bytes
--   returns 0 (another node is the consumer), or 1 (it still is), 2 (it is anew: these are the oldest), then the next
--           `after`, then for each entry: id, fields (or, beyond the bounds, its bytes)
-- All nodes read as one member of the group, so the entries that the node before had without acknowledging them are read
-- first, in order. A lease of an earlier run of the server is none: that run may have lost acknowledgements.
local STEP = 16      -- entries at a time, so that a batch ends soon after its most bytes
local queue, lease = unpack(KEYS)
local own, after, most, room = ARGV[1] .. RUN, ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local most_texts, most_bytes = 2 * ARGV[6], tonumber(ARGV[7])
local holder, state = call('GET', lease), 1
if ARGV[2] == '0' then
  if holder == own then call('DEL', lease) end
  return 0
end
if holder ~= own then
  if holder and string.sub(holder, -#RUN) == RUN then return 0 end
  state, after = 2, '0'
end
call('SET', lease, own, 'PX', ARGV[2])

local function read()
  local command = {'XREADGROUP', 'GROUP', 'nodes', 'consumer', 'COUNT', STEP, 'STREAMS', queue, after}
  local found = redis.pcall(unpack(command))
  if found and found.err then
    if string.find(found.err, 'NOGROUP', 1, true) then call('XGROUP', 'CREATE', queue, 'nodes', '0', 'MKSTREAM') end
    found = call(unpack(command))
  end
  return found and found[1][2] or {}
end

local reply, bytes = {state, after}, 0
while #reply - 2 < most and bytes < room do
  local found = read()
  for _, entry in ipairs(found) do
    local id, fields = entry[1], entry[2]
    if after ~= '>' then after = id end
    if not fields then
      call('XACK', queue, 'nodes', id)      -- another program has deleted it
    else
      local size = 0
      for i = 1, #fields do size = size + #fields[i] end
      if #fields > most_texts or size > most_bytes then fields = size else bytes = bytes + size end
      reply[#reply + 1] = {id, fields}
    end
  end
  if #found < STEP then
    if after == '>' then break end
    after = '>'
  end
end
reply[2] = after
return reply

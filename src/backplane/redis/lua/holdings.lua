-- Stores which sessions and rooms a node has, and enqueues the events that follow, in one step.
--   KEYS  holdings of the node (hash: "s<session>" → "<user id> <name>", "r<room>" → ''; `number`: of the last changes),
--         instances (set: nodes with holdings), rooms (hash: room → number of nodes with members), queue (stream),
--         lost (hash: events → those beyond the bound)
--   ARGV  instance, number of the changes ('0': the node is dead), most entries of the queue, milliseconds since 1970, then
--         for each change: '+' or '-', field of the holdings, user, reason, '1' (an event is wanted) or '0'
--   returns 1
-- A node tells the end of a holding also if the store does not know of its beginning, because a crash of the store may have
-- lost that. For a dead node only the store knows what has not ended yet.
local call = redis.call
local WEEK = 604800000
local holdings, instances, rooms, queue, lost = unpack(KEYS)
local instance, number, most, time = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local node, is_dead = string.match(instance, '^[^.]*'), number == '0'
if not is_dead then
  if call('HGET', holdings, 'number') == number then return 1 end
  call('HSET', holdings, 'number', number)
  call('SADD', instances, instance)
end

local function tell(event, ...)
  if call('XLEN', queue) >= most then return call('HINCRBY', lost, 'events', 1) end
  call('XADD', queue, '*', 'event', event, 'time', time, 'node', node, ...)
end

for i = 5, #ARGV, 5 do
  local begins, field, user, reason, is_wanted = ARGV[i] == '+', ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4] == '1'
  local name = string.sub(field, 2)
  local is_changed
  if begins then is_changed = call('HSET', holdings, field, user) == 1 else is_changed = call('HDEL', holdings, field) == 1 end
  if string.sub(field, 1, 1) == 's' then
    if begins and is_changed and is_wanted then tell('connected', 'session', name, 'user', user) end
    if not begins and (is_changed or not is_dead) and is_wanted then
      tell('disconnected', 'session', name, 'user', user, 'reason', reason)
    end
  else
    local nodes = tonumber(call('HGET', rooms, name)) or 0
    if is_changed then nodes = call('HINCRBY', rooms, name, begins and 1 or -1) end
    if begins and is_changed and nodes == 1 and is_wanted then tell('room_occupied', 'room', name) end
    if not begins and (is_changed or not is_dead) and nodes <= 0 then
      call('HDEL', rooms, name)
      if is_wanted then tell('room_vacated', 'room', name) end
    end
  end
end
local left = call('HLEN', holdings)
if is_dead and (left == 0 or left == 1 and call('HGET', holdings, 'number')) then
  call('DEL', holdings)
  call('SREM', instances, instance)
end
for _, key in ipairs({holdings, instances, rooms}) do call('PEXPIRE', key, WEEK) end
return 1

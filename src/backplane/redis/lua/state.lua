-- The state of one room's log: a node reads it when it has subscribed, or may have missed a message.
--   KEYS  state, log      ARGV  idle milliseconds      returns top, epoch, ended ("epoch:survived,…", newest first)
local state, time = KEYS[1], 2 * tonumber(ARGV[1])
local top, epoch, ended = open_room(state, KEYS[2], call('HMGET', state, '.run', '.top', '.epoch', '.ended'), true)
if epoch ~= '' and call('PTTL', state) < 0.75 * time then call('PEXPIRE', state, time) end
return {top, epoch, ended}

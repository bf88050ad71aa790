-- The state of one room's log: a node reads it when it has subscribed, or may have missed a message.
--   KEYS  meta, log      ARGV  idle milliseconds      returns top, epoch, ended ("epoch:survived,…", newest first)
local top, epoch, ended = open_room(KEYS[1], KEYS[2], true)
if epoch ~= '' then keep(KEYS[1], 2 * tonumber(ARGV[1])) end
return {top, epoch, ended}

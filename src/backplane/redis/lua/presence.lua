-- Stores who came to a room and who left it through one node, then tells the nodes that are there.
--   KEYS  people (hash: "<instance> <user id>" → name)
--   ARGV  channel, what to tell, how many came, a field and a name for each of them, the fields of those who left
local came = 2 * tonumber(ARGV[3])
for i = 4, 3 + came, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = 4 + came, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
redis.call('EXPIRE', KEYS[1], 86400)      -- after the last change; a busy room renews it all the time
redis.call('SPUBLISH', ARGV[1], ARGV[2])
return 1

-- Stores the users who came to a room and who left it through one node.
--   KEYS  people (hash: "<instance> <user id>" → name, and perhaps info behind a line feed)
--   ARGV  number of users who came, a field and a value for each, then the fields of those who left
local came = 2 * tonumber(ARGV[1])
for i = 2, 1 + came, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = 2 + came, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
return redis.call('EXPIRE', KEYS[1], 86400)      -- after the last change; a busy room renews it all the time

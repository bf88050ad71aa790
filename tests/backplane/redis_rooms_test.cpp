#include <set>

#include "backplane/redis_source.hpp"
#include "backplane/rooms_contract.hpp"

namespace chat {
namespace {

using testing::ElementsAre;

class RedisRoomsTest : public RedisTest {
 protected:
  RoomCalls rooms{loop, a.directory()};
};

TEST_F(RedisRoomsTest, AreFoundAmongManyKeysInPagesOfAnyLength) {
  redis().command({"EVAL",
                   "for i = 1, 5000 do redis.call('XADD', 'chat:{room-' .. i .. '}:log', '0-1', 'm', '{}') "
                   "redis.call('HSET', 'chat:{room-' .. i .. '}:state', '.top', '1') end",
                   "0"});
  const auto found = [&](const std::string& prefix, std::size_t limit) {
    const auto names = rooms.names(prefix, limit);
    const std::set<std::string> different(names.begin(), names.end());
    EXPECT_LE(names.size(), different.size() * 11 / 10) << "Redis gives a key twice, seldom, while it moves its table";
    return different;
  };
  EXPECT_EQ(found("", 1000).size(), 5000U);
  EXPECT_EQ(found("", 7), found("", 1000));
  EXPECT_EQ(found("room-123", 3).size(), 11U);
}

/// A repeated scan reaches further then, so it gives names that belong before those of the first page.
TEST_F(RedisRoomsTest, AreAllFoundAlthoughOtherKeysGoBetweenTwoPages) {
  redis().command({"EVAL",
                   "for i = 1, 3000 do redis.call('XADD', 'chat:{room-' .. i .. '}:log', '0-1', 'm', '{}') end "
                   "for i = 1, 30000 do redis.call('SET', 'chat:other:' .. i, '') end",
                   "0"});
  const auto first = rooms.page("", "", 7);
  ASSERT_TRUE(first);
  redis().command({"EVAL", "for i = 1, 30000 do redis.call('DEL', 'chat:other:' .. i) end", "0"});
  auto all = rooms.names("", 7, first->next);
  all.insert(all.end(), first->names.begin(), first->names.end());
  const std::set<std::string> found(all.begin(), all.end());  // SCAN may give a key twice when others go
  EXPECT_EQ(found.size(), 3000U);
}

TEST_F(RedisRoomsTest, ArePagedWithABoundOnTheWorkOfOnePage) {
  redis().command({"EVAL", "for i = 1, 50000 do redis.call('SET', 'chat:other:' .. i, '') end", "0"});
  ASSERT_TRUE(a.append("lobby", "{1}"));
  const auto first = rooms.page("", "", 10);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->next.empty());
  EXPECT_THAT(rooms.names(), ElementsAre("lobby"));
}

TEST_F(RedisRoomsTest, HaveNamesThatOnlyRoomsHave) {
  ASSERT_TRUE(a.append("lobby", "{1}"));
  for (const char* key : {"chat:{}:log", "chat:{A b}:log", "chat:{x}:later", "chat:{x}y}:log", "blue:{x}:log"}) {
    redis().command({"SET", key, "text"});
  }
  EXPECT_THAT(rooms.names(), ElementsAre("lobby"));
}

TEST_F(RedisRoomsTest, AreUnavailableWhileRedisIsAway) {
  redis().kill();
  ASSERT_TRUE(run_until(loop, [&] { return !a.sink.is_available(); }));
  EXPECT_EQ(rooms.page("", "", 10).error().code, ErrorCode::unavailable);
}

/// As in a deployment whose rights are those of an earlier release.
TEST_F(RedisRoomsTest, AreUnavailableToAUserThatMayNotScan) {
  redis().command({"ACL", "SETUSER", "chat", "-scan"});
  EXPECT_EQ(rooms.page("", "", 10).error().code, ErrorCode::unavailable);
  redis().command({"ACL", "LOG", "RESET"});
}

}  // namespace
}  // namespace chat

// Events in Redis: what they cost, and that the keys of a node that died go.
#include "backplane/redis_source.hpp"
#include "support/recording_consumer.hpp"

namespace chat {
namespace {

class RedisEventsTest : public RedisTest {
 protected:
  /// The commands that the server has run so far.
  std::string commands() { return redis().command({"INFO", "commandstats"})[0]; }
  void change(std::uint64_t number, bool begins) {
    const HoldingChange change{begins, {Holding::Kind::room, "lobby"}, {}, true};
    ASSERT_TRUE(
        await<bool>(loop, [&](auto done) { a.events().change({"chat-1.aa", number, 1, {change}}, std::move(done)); }));
  }
};

TEST_F(RedisEventsTest, AMessageThatIsNoEventCostsNoCommandMore) {
  redis().command({"CONFIG", "RESETSTAT"});
  ASSERT_TRUE(a.append("lobby", "{m}", "ana", 1));
  const auto off = commands();
  EXPECT_THAT(off, testing::Not(testing::HasSubstr("cmdstat_xlen")));
  EXPECT_THAT(off, testing::HasSubstr("cmdstat_xadd:calls=1,"));
  a.events().enable([](std::string_view) { return true; }, 10);
  redis().command({"CONFIG", "RESETSTAT"});
  ASSERT_TRUE(a.append("lobby", "{m}", "ana", 2));
  EXPECT_THAT(commands(), testing::HasSubstr("cmdstat_xadd:calls=2,"));
}

TEST_F(RedisEventsTest, NothingStaysOfADeadNode) {
  change(1, true);
  EXPECT_EQ(redis().command({"HGET", "chat:holders:rooms", "lobby"})[0], "1");
  change(0, false);
  for (const auto* key : {"chat:{chat-1.aa}:holdings", "chat:holders", "chat:holders:rooms"}) {
    EXPECT_EQ(redis().command({"EXISTS", key})[0], "0") << key;
  }
}

TEST_F(RedisEventsTest, AFullRedisStillTakesTheEndOfASession) {
  change(1, true);
  redis().command({"CONFIG", "SET", "maxmemory", "1"});
  change(2, false);
  EXPECT_EQ(redis().command({"XLEN", "chat:hooks"})[0], "2");
  redis().command({"CONFIG", "SET", "maxmemory", "0"});
}

}  // namespace
}  // namespace chat

#include "backplane/lists_contract.hpp"
#include "backplane/redis_source.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RedisListsTest : public RedisTest {
 protected:
  ListCalls at_a{loop, a.kv()};
  ListCalls at_b{loop, b.kv()};
};

TEST_F(RedisListsTest, TellThoseWhoWatchWhenRedisIsBackBecauseChangesMayHaveBeenMissed) {
  int told = 0;
  b.kv().watch("bans", [&] { ++told; });
  ASSERT_TRUE(run_until(loop, [&] { return told == 1; }));
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().start();
  }));
  EXPECT_TRUE(run_until(loop, [&] { return told == 2; }));
  ASSERT_TRUE(at_a.put("ana", "{1}"));
  EXPECT_TRUE(run_until(loop, [&] { return told == 3; }));
}

TEST_F(RedisListsTest, AreStillThereAfterARestart) {
  ASSERT_TRUE(at_a.put("ana", "{1}"));
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().start();
  }));
  EXPECT_THAT(at_b.read(), ElementsAre("ana={1}"));
}

TEST_F(RedisListsTest, AreUnavailableWhileRedisIsAway) {
  redis().kill();
  ASSERT_TRUE(run_until(loop, [&] { return !a.sink.is_available(); }));
  EXPECT_EQ(at_a.put("ana", "{1}").error().code, ErrorCode::unavailable);
  EXPECT_EQ(at_a.remove("ana").error().code, ErrorCode::unavailable);
  EXPECT_EQ(at_a.entries().error().code, ErrorCode::unavailable);
}

TEST_F(RedisListsTest, LoseEndedEntriesWithTheNextChangeAndTheirKeysWithTheLastEntry) {
  ASSERT_TRUE(at_a.put("ana", "{1}", Milliseconds(1)));
  ASSERT_TRUE(run_until(loop, [&] { return at_a.read().empty(); }));
  ASSERT_TRUE(at_a.put("bob", "{2}", Seconds(1000)));
  EXPECT_THAT(redis().command({"HKEYS", "chat:{bans}:entries"}), ElementsAre("bob"));
  EXPECT_THAT(redis().command({"ZRANGEBYSCORE", "chat:{bans}:ends", "-inf", "+inf"}), ElementsAre("bob"));
  ASSERT_TRUE(at_a.put("cy", "{3}", Seconds(10)));
  for (const char* part : {"entries", "ends"}) {
    EXPECT_NEAR(std::stod(redis().command({"PTTL", "chat:{bans}:" + std::string(part)})[0]), 1'000'000, 10'000);
  }
}

TEST_F(RedisListsTest, TakeSoManyEntriesAndNoMore) {
  ASSERT_TRUE(at_a.put("ana", "{1}"));
  redis().command({"EVAL", "for i = 2, ARGV[1] do redis.call('HSET', KEYS[1], 'e' .. i, '9007199254740991 {}') end",
                   "1", "chat:{bans}:entries", std::to_string(ClusterKv::kMaxListEntries)});
  EXPECT_EQ(at_a.put("bob", "{2}").error().code, ErrorCode::busy);
  EXPECT_TRUE(at_a.put("ana", "{2}"));
  EXPECT_EQ(at_b.entries()->size(), ClusterKv::kMaxListEntries);
  EXPECT_EQ(*at_a.remove("e7"), true);
  EXPECT_TRUE(at_a.put("bob", "{2}"));
}

TEST_F(RedisListsTest, KeepAnEntryForGood) {
  constexpr Milliseconds kNearlyForEver{250'000'000'000'000};
  ASSERT_TRUE(at_a.put("ana", "{1}", kNearlyForEver));
  const auto entries = at_b.entries();
  ASSERT_TRUE(entries && entries->size() == 1);
  EXPECT_GT(entries->front().until, kNearlyForEver.count());
}

TEST_F(RedisListsTest, DropEntriesThatNoNodeWrote) {
  ASSERT_TRUE(at_a.put("ana", "{1}"));
  const std::string far = "9007199254740991";
  for (const std::string& junk : {std::string(), std::string("x"), far, far + "0 {}", std::string("-1 {}"),
                                  far + "x {}", far + ' ' + std::string(ClusterKv::kMaxListValueBytes + 1, 'v')}) {
    redis().command({"HSET", "chat:{bans}:entries", "junk" + std::to_string(junk.size()), junk});
  }
  redis().command({"HSET", "chat:{bans}:entries", std::string(ClusterKv::kMaxListKeyBytes + 1, 'k'), far + " {}"});
  EXPECT_THAT(at_b.read(), ElementsAre("ana={1}"));
}

TEST_F(RedisListsTest, ThatAreNoListsAreRefused) {
  redis().command({"SET", "chat:{bans}:entries", "text"});
  EXPECT_EQ(at_a.entries().error().code, ErrorCode::unavailable);
  EXPECT_EQ(at_a.put("ana", "{1}").error().code, ErrorCode::unavailable);
  redis().command({"DEL", "chat:{bans}:entries"});
  EXPECT_TRUE(at_a.put("ana", "{1}"));
}

TEST_F(RedisListsTest, ChangeAlsoWhenRedisIsFull) {
  redis().command({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_TRUE(at_a.put("ana", "{1}"));
  EXPECT_THAT(at_b.read(), ElementsAre("ana={1}"));
  EXPECT_EQ(*at_a.remove("ana"), true);
}

}  // namespace
}  // namespace chat

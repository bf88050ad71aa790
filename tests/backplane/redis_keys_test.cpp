// How the idempotency keys of a room live in Redis.
#include "backplane/redis_source.hpp"

namespace chat {
namespace {

using testing::ElementsAre;

class RedisKeysTest : public RedisTest {
 protected:
  long days() { return std::stol(redis().command({"TIME"})[0]) / 86'400; }
  std::string today() { return days() % 2 == 0 ? "chat:{lobby}:keys:even" : "chat:{lobby}:keys:odd"; }
  std::string yesterday() { return days() % 2 == 0 ? "chat:{lobby}:keys:odd" : "chat:{lobby}:keys:even"; }
};

TEST_F(RedisKeysTest, LiveUntilTheEndOfTheNextDay) {
  ASSERT_TRUE(a.append_keyed("lobby", "{m}", "order-7"));
  const long left = std::stol(redis().command({"TTL", today()})[0]);
  const long of_today = 86'400 - std::stol(redis().command({"TIME"})[0]) % 86'400;
  EXPECT_NEAR(static_cast<double>(left), static_cast<double>(86'400 + of_today), 5);
}

TEST_F(RedisKeysTest, AreKnownOnTheNextDay) {
  const auto first = a.append_keyed("lobby", "{m}", "order-7");
  redis().command({"RENAME", today(), yesterday()});  // as if a day had passed
  const auto again = b.append_keyed("lobby", "{m}", "order-7");
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->position, first->position);
}

TEST_F(RedisKeysTest, OfTheDayBeforeYesterdayAreDroppedWholeAtTheLatestWithTheNextKey) {
  ASSERT_TRUE(a.append_keyed("lobby", "{m}", "order-7"));
  redis().command({"PEXPIRE", today(), "1000000"});  // as a hash that Redis is about to drop
  EXPECT_FALSE(a.append_keyed("lobby", "{m}", "order-8")->duplicate);
  EXPECT_THAT(redis().command({"HKEYS", today()}), ElementsAre("order-8"));
  EXPECT_GT(std::stol(redis().command({"TTL", today()})[0]), 86'400);
}

TEST_F(RedisKeysTest, AreSoManyADayAndNewOnesAreRefusedThen) {
  ASSERT_TRUE(a.append_keyed("lobby", "{m}", "order-7"));
  redis().command({"EVAL", "for i = 2, ARGV[1] do redis.call('HSET', KEYS[1], 'other-' .. i, '1') end", "1", today(),
                   std::to_string(Append::kMaxKeysADay)});
  const auto refused = a.append_keyed("lobby", "{m}", "order-8");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_NE(refused.error().message.find("midnight"), std::string::npos);
  EXPECT_TRUE(a.append_keyed("lobby", "{m}", "order-7")->duplicate) << "a known one is";
  EXPECT_TRUE(a.append("lobby", "{m}", "sender", 1)) << "messages without a key go on";
  EXPECT_FALSE(a.append_keyed("garden", "{m}", "order-8")->duplicate) << "and other rooms";
}

TEST_F(RedisKeysTest, OfPeopleAreCountedApartFromThoseOfTheApplication) {
  const std::string fill = "for i = 1, ARGV[1] do redis.call('HSET', KEYS[1], 'other-' .. i, '1') end";
  const std::string many = std::to_string(Append::kMaxKeysADay);
  redis().command({"EVAL", fill, "1", today() + ":p", many});
  redis().command({"EVAL", fill, "1", today() + ":x", many});
  Append message{"lobby", {}, 0, "{m}"};
  message.idempotency_key = "order-7";
  EXPECT_FALSE(a.append(message)->duplicate);
  message.key_budget = KeyBudget::actions;
  EXPECT_FALSE(a.append(message)->duplicate) << "stored without its key";
}

TEST_F(RedisKeysTest, OfPeopleGiveWayToNewOnesOnceInTenMinutes) {
  const std::string fill = "for i = 1, ARGV[1] do redis.call('HSET', KEYS[1], 'other-' .. i, '1') end";
  const std::string many = std::to_string(Append::kMaxKeysADay);
  const auto say = [this](const std::string& mark) {
    Append message{"lobby", {}, 0, "{m}"};
    message.idempotency_key = mark;
    message.key_budget = KeyBudget::people;
    return a.append(message);
  };
  ASSERT_TRUE(say("ana/1"));
  redis().command({"EVAL", fill, "1", today() + ":p", many});
  EXPECT_FALSE(say("ana/2")->duplicate) << "a flood of strangers keeps nobody out";
  EXPECT_TRUE(say("ana/1")->duplicate);
  EXPECT_TRUE(say("ana/2")->duplicate);
  EXPECT_GT(std::stol(redis().command({"TTL", today() + ":p"})[0]), 86'400);
  EXPECT_LE(std::stol(redis().command({"TTL", yesterday() + ":p"})[0]), 21'600) << "it is not today's tomorrow";
  redis().command({"EVAL", fill, "1", today() + ":p", many});
  EXPECT_EQ(say("ana/3").error().code, ErrorCode::busy);
  EXPECT_TRUE(say("ana/1")->duplicate);
}

TEST_F(RedisKeysTest, MakeNoHashInARoomWithoutThem) {
  ASSERT_TRUE(a.append("lobby", "{m}", "sender", 1));
  ASSERT_TRUE(a.append("lobby", "{m}"));
  EXPECT_THAT(redis().command({"KEYS", "chat:{lobby}:keys:*"}), testing::IsEmpty());
}

TEST_F(RedisKeysTest, AreStoredOnceWhenTheAnswerIsLost) {
  Outcome<Appended> first;
  redis().pause();
  a.backplane().append({"lobby", "", 0, "{m}", 0, {}, {}, "order-7"}, first.completion());
  settle(loop);
  ASSERT_TRUE(run_until(loop, [&] { return first.is_there(); }));  // no answer in time
  EXPECT_FALSE(*first);
  redis().resume();
  ASSERT_TRUE(run_until(loop, [&] { return a.append_keyed("lobby", "{m}", "order-7").has_value(); }));
  ASSERT_TRUE(run_until(loop, [&] { return a.state("lobby").has_value(); }));  // a connection of its own
  EXPECT_EQ(a.state("lobby")->top.offset, 1U);
}

}  // namespace
}  // namespace chat

#include "backplane/redis/appender.hpp"
#include "backplane/redis_source.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr HistoryQuery kFirst{0, 100, 100, false};

TEST_F(RedisTest, AppendsAgainWhatItHasLostAndAcknowledged) {
  for (std::uint64_t n = 1; n <= 3; ++n) ASSERT_TRUE(a.append("lobby", '{' + std::to_string(n) + '}', "sender", n));
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().cut_log(10);
    redis().start();
  }));
  ASSERT_TRUE(run_until(loop, [&] { return a.texts("lobby", kFirst).size() == 3; }));
  EXPECT_THAT(a.texts("lobby", kFirst), ElementsAre("1{1}", "2{2}", "3{3}"));
  EXPECT_TRUE(a.append("lobby", "{3}", "sender", 3)->duplicate);
}

TEST_F(RedisTest, AppendsAgainUnderItsKeyWhatItHasLostAndKnowsTheKeyThen) {
  for (const char* n : {"1", "2", "3"}) {
    ASSERT_TRUE(a.append_keyed("lobby", '{' + std::string(n) + '}', "order-" + std::string(n)));
  }
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().cut_log(10);
    redis().start();
  }));
  ASSERT_TRUE(run_until(loop, [&] { return a.texts("lobby", kFirst).size() == 3; }));
  EXPECT_THAT(a.texts("lobby", kFirst), ElementsAre("1{1}", "2{2}", "3{3}"));
  for (const char* n : {"1", "2", "3"}) {
    const auto again = b.append_keyed("lobby", "{again}", "order-" + std::string(n));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->duplicate);
    EXPECT_EQ(again->position.offset, std::stoul(n));
  }
}

TEST_F(RedisTest, BringsNothingBackAfterAWipeIfItWasOnlyOutOfReach) {
  ASSERT_TRUE(a.append("lobby", "{1}", "sender", 1));
  redis().command({"FLUSHALL"});
  ASSERT_TRUE(interrupt([&] { redis().command({"CLIENT", "KILL", "TYPE", "normal"}); }));
  EXPECT_TRUE(a.append("garden", "{behind}"));  // restored messages are appended before it
  EXPECT_THAT(a.texts("lobby", kFirst), IsEmpty());
}

TEST_F(RedisTest, TakesAMessageAcrossAGapOfItsSenderOnlyIfNothingFillsIt) {
  const auto url = *parse_redis_url(redis().url());
  const SystemClock system_clock;
  redis::Appender appender(loop, url, {200, Seconds(3600)}, {}, system_clock, [] {});
  appender.start();
  ASSERT_TRUE(run_until(loop, [&] { return appender.is_up(); }));
  const auto append = [&](std::uint64_t n, bool after_gap) {
    return await<Appended>(loop, [&](auto done) { appender.append({"lobby", "sender", n, "{m}"}, after_gap, done); });
  };
  EXPECT_EQ(append(1, false)->position.offset, 1U);
  EXPECT_EQ(append(4, false).error().code, ErrorCode::out_of_sequence);
  EXPECT_EQ(append(4, true)->position.offset, 2U);
  EXPECT_TRUE(append(4, true)->duplicate);
  EXPECT_EQ(append(5, false)->position.offset, 3U);
  EXPECT_TRUE(append(3, false)->duplicate);
  appender.stop();
}

}  // namespace
}  // namespace chat

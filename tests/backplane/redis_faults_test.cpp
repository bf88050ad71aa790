#include "backplane/redis_source.hpp"

#include <gmock/gmock.h>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(RedisTest, RestartedWithItsLogTellsThatEverythingSurvived) {
  ASSERT_TRUE(a.append("lobby", "{1}", "sender", 1));
  const auto before = a.append("lobby", "{2}", "sender", 2);
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().start();
  }));
  const auto state = a.state("lobby");
  ASSERT_TRUE(state);
  EXPECT_NE(state->top.epoch, before->position.epoch);
  EXPECT_EQ(state->top.offset, 2U);
  EXPECT_THAT(state->ended, ElementsAre(EpochEnd{before->position.epoch, 2}));
  EXPECT_TRUE(a.append("lobby", "{2}", "sender", 2)->duplicate);
  const auto after = b.append("lobby", "{3}", "sender", 3);
  EXPECT_EQ(after->position, (Position{state->top.epoch, 3}));
}

TEST_F(RedisTest, StaysAvailableWhileScriptsAreLoadedAgainThatRedisForgot) {
  ASSERT_TRUE(a.append("lobby", "{m}"));
  const auto before = a.sink.availability;
  for (int i = 0; i < 20; ++i) {
    redis().command({"SCRIPT", "FLUSH"});
    Outcome<Appended> appended;
    Outcome<LogState> state;
    a.backplane().append({"lobby", "", 0, "{m}"}, appended.completion());
    a.backplane().state("lobby", state.completion());
    ASSERT_TRUE(run_until(loop, [&] { return appended.is_there() && state.is_there(); }));
    EXPECT_TRUE(*appended && *state);
  }
  EXPECT_EQ(a.sink.availability, before);
}

TEST_F(RedisTest, RestartedWithoutItsTailTellsWhatSurvived) {
  for (std::uint64_t n = 1; n <= 3; ++n) ASSERT_TRUE(a.append("lobby", "{m}", "sender", n));
  const auto before = a.state("lobby");
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().cut_log(10);
    redis().start();
  }));
  const auto state = a.state("lobby");
  ASSERT_TRUE(state);
  EXPECT_THAT(state->ended, ElementsAre(EpochEnd{before->top.epoch, 2}));
  const auto check = compare(before->top, *state);
  EXPECT_EQ(check.kind, ResumeCheck::Kind::rewound);
  EXPECT_EQ(check.offset, 2U);
  const auto again = a.append("lobby", "{m}", "sender", 3);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->position.offset, 3U);
}

TEST_F(RedisTest, RemembersTheLastEightEpochsThatEnded) {
  const auto first = a.append("lobby", "{m}");
  for (int life = 2; life <= 11; ++life) {
    redis().command(
        {"HSET", "chat:{lobby}:state", ".run", "life-" + std::to_string(life)});  // as another server left it
    ASSERT_TRUE(a.append("lobby", "{m}"));
  }
  const auto state = a.state("lobby");
  ASSERT_EQ(state->ended.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(state->ended[i].survived, 10U - i);
  EXPECT_EQ(compare(first->position, *state).kind, ResumeCheck::Kind::unknown);
}

TEST_F(RedisTest, ComesBackAndDeliversAgainAfterItsConnectionsAreCut) {
  ASSERT_TRUE(a.subscribe("lobby"));
  ASSERT_TRUE(b.subscribe("lobby"));
  for (const char* type : {"normal", "pubsub"}) {
    a.sink.published.clear();
    b.sink.published.clear();
    ASSERT_TRUE(interrupt([&] { redis().command({"CLIENT", "KILL", "TYPE", type, "SKIPME", "yes"}); })) << type;
    ASSERT_TRUE(a.append("lobby", "{after}")) << type;
    EXPECT_TRUE(a.received(1)) << type;
    EXPECT_TRUE(b.received(1)) << type;
  }
}

TEST_F(RedisTest, ForgetsRoomsLeftWhileItWasAway) {
  ASSERT_TRUE(b.subscribe("lobby"));
  ASSERT_TRUE(b.subscribe("garden"));
  redis().command({"CLIENT", "KILL", "TYPE", "pubsub"});
  ASSERT_TRUE(run_until(loop, [&] { return !b.sink.is_available(); }));
  b.backplane().unsubscribe("garden");
  ASSERT_TRUE(b.wait_until_available());
  ASSERT_TRUE(a.wait_until_available());
  ASSERT_TRUE(a.append("garden", "{m}"));
  ASSERT_TRUE(a.append("lobby", "{m}"));
  ASSERT_TRUE(b.received(1));
  EXPECT_EQ(b.sink.published[0].room, "lobby");
}

TEST_F(RedisTest, FailsWhatIsUnderWayWhenItsConnectionIsCut) {
  redis().pause();
  Outcome<Appended> appended;
  Outcome<LogState> subscribed;
  a.backplane().append({"lobby", "sender", 1, "{m}"}, appended.completion());
  a.backplane().subscribe("lobby", subscribed.completion());
  settle(loop);
  redis().kill();
  ASSERT_TRUE(run_until(loop, [&] { return appended.is_there() && subscribed.is_there(); }));
  EXPECT_EQ(appended->error().code, ErrorCode::unavailable);
  EXPECT_GT(appended->error().retry_after, Milliseconds{0});
  EXPECT_EQ(subscribed->error().code, ErrorCode::unavailable);
  const auto refused = a.append("lobby", "{m}", "sender", 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(a.subscribe("lobby").error().code, ErrorCode::unavailable);
}

TEST_F(RedisTest, FailsWhatIsNotAnsweredInTimeAndMistakesNoLateAnswer) {
  ASSERT_TRUE(a.append("lobby", "{1}", "sender", 1));
  redis().pause();
  Outcome<Appended> late;
  a.backplane().append({"lobby", "sender", 2, "{2}"}, late.completion());
  ASSERT_TRUE(run_until(loop, [&] { return late.is_there(); }));
  EXPECT_EQ(late->error().code, ErrorCode::unavailable);
  EXPECT_FALSE(a.sink.is_available());
  redis().resume();
  ASSERT_TRUE(a.wait_until_available());
  EXPECT_EQ(late.times(), 1);
  // Whether the late one was stored is unknown to us; its repetition settles it, and the next one follows it.
  const auto again = a.append("lobby", "{2}", "sender", 2);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->position.offset, 2U);
  EXPECT_EQ(a.append("other", "{m}")->position.offset, 1U);
  EXPECT_EQ(a.append("lobby", "{3}", "sender", 3)->position.offset, 3U);
}

TEST_F(RedisTest, IsGivenTogetherWhatIsSaidWhileItIsBusy) {
  ASSERT_TRUE(a.append("lobby", "{m}", "sender", 1));
  redis().command({"CONFIG", "RESETSTAT"});
  redis().pause();
  Outcome<Appended> last;
  for (std::uint64_t n = 2; n <= 11; ++n) {
    a.backplane().append({"lobby", "sender", n, "{m}"}, (last = {}).completion());
    settle(loop);
  }
  redis().resume();
  ASSERT_TRUE(run_until(loop, [&] { return last.is_there(); }));
  EXPECT_EQ((*last)->position.offset, 11U);
  EXPECT_THAT(redis().command({"INFO", "commandstats"}), ElementsAre(HasSubstr("cmdstat_evalsha:calls=2,")))
      << "the first, and then all that came while it was under way";
}

TEST_F(RedisTest, RefusesForNowWhenRedisIsFull) {
  redis().command({"CONFIG", "SET", "maxmemory", "1"});
  const auto full = a.append("lobby", "{m}", "sender", 1);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::unavailable);
  redis().command({"CONFIG", "SET", "maxmemory", "0"});
  const auto stored = a.append("lobby", "{m}", "sender", 1);
  ASSERT_TRUE(stored);
  EXPECT_FALSE(stored->duplicate);
  EXPECT_EQ(stored->position.offset, 1U);
}

TEST_F(RedisTest, KnowsWhoIsHereAlsoWhenRedisIsFull) {
  redis().command({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_TRUE(a.renew("chat-1.aa"));
  EXPECT_TRUE(a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}, {"u2", "Bo"}}, {}}));
  EXPECT_TRUE(a.change("lobby", {"chat-1.aa", {}, {"u2"}}));
  const auto rows = b.load("lobby");
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->size(), 1U);
  redis().command({"CONFIG", "SET", "maxmemory", "0"});
}

TEST_F(RedisTest, TellsWhoIsHereAlsoWhenRedisTakesNoWrites) {
  ASSERT_TRUE(b.subscribe("lobby"));
  redis().command({"CONFIG", "SET", "min-replicas-to-write", "1"});
  const auto stored = a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(run_until(loop, [&] { return !b.sink.signals.empty(); }));
  redis().command({"CONFIG", "SET", "min-replicas-to-write", "0"});
}

TEST_F(RedisTest, SaysThatItIsUnavailableOnlyOnceForBothConnections) {
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().start();
  }));
  EXPECT_THAT(a.sink.availability, ElementsAre(false, true));
}

TEST_F(RedisTest, FailsPresenceAndRegistryWhileRedisIsAway) {
  redis().kill();
  ASSERT_TRUE(run_until(loop, [&] { return !a.sink.is_available(); }));
  EXPECT_EQ(a.renew("chat-1.aa").error().code, ErrorCode::unavailable);
  EXPECT_EQ(a.load("lobby").error().code, ErrorCode::unavailable);
  EXPECT_EQ(a.list().error().code, ErrorCode::unavailable);
  EXPECT_EQ(a.announce({"chat-1", "One", "", 0, 0, 0, 0, 0}).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace chat

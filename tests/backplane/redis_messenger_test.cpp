#include "backplane/redis_source.hpp"

namespace chat {
namespace {

class RedisMessengerTest : public RedisTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(await<bool>(loop, [&](auto done) {
      b.messenger().listen(
          "one", [](std::string_view request, const Messenger::Answer& answer) { answer(std::string(request)); },
          std::move(done));
    }));
  }
  Result<std::string> ask(std::string address) {
    return await<std::string>(
        loop, [&](auto done) { a.messenger().ask(std::move(address), "hello", Seconds(10), std::move(done)); });
  }
};

TEST_F(RedisMessengerTest, ListensAgainAfterRedisWasRestarted) {
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().start();
  }));
  EXPECT_EQ(*ask("one"), "hello");
}

// A node that comes back before the others would tell all their clients to start again.
TEST_F(RedisMessengerTest, DoesNotTakeConnectionsForGoneWhileOtherNodesMayBeComingBack) {
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().start();
  }));
  EXPECT_EQ(ask("nobody").error().code, ErrorCode::unavailable);
  const auto is_gone = [&] { return ask("nobody").error().code == ErrorCode::not_found; };
  EXPECT_TRUE(run_until(loop, is_gone));
}

TEST_F(RedisMessengerTest, IsUnavailableWhileRedisIsAwayAndSaysSoToWhoeverWaits) {
  Outcome<std::string> waiting;
  ASSERT_TRUE(await<bool>(loop, [&](auto done) {
    b.messenger().listen("silent", [](std::string_view, const Messenger::Answer&) {}, std::move(done));
  }));
  a.messenger().ask("silent", "?", Seconds(60), waiting.completion());
  settle(loop);
  redis().kill();
  ASSERT_TRUE(run_until(loop, [&] { return waiting.is_there(); }));
  EXPECT_EQ(waiting->error().code, ErrorCode::unavailable);
  EXPECT_EQ(ask("one").error().code, ErrorCode::unavailable);
  const auto listened =
      await<bool>(loop, [&](auto done) { a.messenger().listen("two", [](auto, const auto&) {}, std::move(done)); });
  EXPECT_EQ(listened.error().code, ErrorCode::unavailable);
}

TEST_F(RedisMessengerTest, TellsSoonThatTheNodeIsGoneWhichWasToAnswer) {
  ASSERT_TRUE(await<bool>(loop, [&](auto done) {
    b.messenger().listen("silent", [](std::string_view, const Messenger::Answer&) {}, std::move(done));
  }));
  Outcome<std::string> waiting;
  a.messenger().ask("silent", "?", Seconds(4), waiting.completion());
  settle(loop);
  b.backplane().stop();
  ASSERT_TRUE(run_until(loop, [&] { return waiting.is_there(); }));
  EXPECT_EQ(waiting->error().code, ErrorCode::not_found);
}

TEST_F(RedisMessengerTest, AnswersWhatIsHeldHereWithoutRedis) {
  ASSERT_TRUE(await<bool>(loop, [&](auto done) {
    a.messenger().listen(
        "mine", [](std::string_view, const Messenger::Answer& answer) { answer("here"); }, std::move(done));
  }));
  redis().pause();
  EXPECT_EQ(*ask("mine"), "here");
  redis().resume();
}

TEST_F(RedisMessengerTest, WaitsForWhatIsHeldHereAlsoIfRedisGoesMeanwhile) {
  Messenger::Answer answer;
  ASSERT_TRUE(await<bool>(loop, [&](auto done) {
    a.messenger().listen(
        "mine", [&answer](std::string_view, const Messenger::Answer& later) { answer = later; }, std::move(done));
  }));
  Outcome<std::string> waiting;
  a.messenger().ask("mine", "?", Seconds(60), waiting.completion());
  redis().kill();
  const auto is_away = [&] { return ask("one").error().code == ErrorCode::unavailable; };
  ASSERT_TRUE(run_until(loop, is_away));
  answer("here");
  settle(loop);
  ASSERT_TRUE(waiting.is_there());
  EXPECT_EQ(**waiting, "here");
}

TEST_F(RedisMessengerTest, TakesNoNoticeOfWhatOthersPublishOnItsChannels) {
  for (const char* junk : {"", "x", "chat:{x}:answers", "chat:{x}:answers 0\n", "chat:{x}:answers 7", "\n\n", " \n"}) {
    redis().command({"SPUBLISH", "chat:{one}:asked", junk});
  }
  EXPECT_EQ(*ask("one"), "hello");
}

}  // namespace
}  // namespace chat

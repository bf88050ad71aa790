#include "chat/hooks/poison_watch.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

using Kind = HookFailure::Kind;

const HookFailure kError{Kind::status, "", 500};
const HookFailure kGone{Kind::connection, ""};

class PoisonWatchTest : public testing::Test {
 protected:
  /// The number of attempts after which the event is given up; 0: not within 100.
  int attempts(const std::string& id, const HookFailure& failure, bool is_breaker_open = false) {
    for (int attempt = 1; attempt <= 100; ++attempt) {
      if (watch_.on_failed(id, failure, is_breaker_open, 3, now_)) return attempt;
    }
    return 0;
  }
  PoisonWatch watch_;
  Instant now_{Seconds(1000)};
};

TEST_F(PoisonWatchTest, GivesUpAnEventThatTheApplicationAnswersWithAnError) {
  EXPECT_EQ(attempts("1", kError), 3);
  watch_.on_delivered("2");
  EXPECT_EQ(attempts("3", {Kind::answer, "garbage"}), 3);
}

TEST_F(PoisonWatchTest, GivesUpNothingWhileTheApplicationIsAway) {
  EXPECT_EQ(attempts("1", kGone), 0);
  EXPECT_EQ(attempts("1", {Kind::timeout, ""}), 0);
  for (const unsigned status : {408U, 425U, 429U, 502U, 503U, 504U}) {
    EXPECT_EQ(attempts("1", {Kind::status, "", status}), 0) << status;
  }
}

TEST_F(PoisonWatchTest, CountsNoCallThatWasNotMade) {
  EXPECT_EQ(attempts("1", {Kind::suspended, ""}), 0);
  EXPECT_EQ(attempts("1", {Kind::overloaded, ""}), 0);
}

TEST_F(PoisonWatchTest, GivesUpNothingWhileTheBreakerIsOpen) { EXPECT_EQ(attempts("1", kError, true), 0); }

TEST_F(PoisonWatchTest, GivesUpAnEventOnWhichTheApplicationDiesWhileItTakesOthers) {
  EXPECT_FALSE(watch_.on_failed("1", kGone, false, 3, now_));
  for (int attempt = 1; attempt <= 3; ++attempt) {
    watch_.on_delivered("other");
    EXPECT_EQ(watch_.on_failed("1", kGone, false, 3, now_), attempt == 3);
  }
}

TEST_F(PoisonWatchTest, GivesUpOneEventOnlyUntilTheApplicationTakesAnother) {
  EXPECT_EQ(attempts("1", kError), 3);
  EXPECT_EQ(attempts("2", kError), 0);
  watch_.on_delivered("3");
  EXPECT_EQ(attempts("2", kError), 1) << "it has failed often enough";
}

TEST_F(PoisonWatchTest, GivesUpAnotherEventAfterTenMinutes) {
  EXPECT_EQ(attempts("1", kError), 3);
  now_ += PoisonWatch::kPause - Milliseconds(1);
  EXPECT_EQ(attempts("2", kError), 0);
  now_ += Milliseconds(1);
  EXPECT_EQ(attempts("2", kError), 1);
}

TEST_F(PoisonWatchTest, AnEventThatIsDeliveredAfterAllIsForgotten) {
  EXPECT_FALSE(watch_.on_failed("1", kError, false, 3, now_));
  EXPECT_FALSE(watch_.on_failed("1", kError, false, 3, now_));
  watch_.on_delivered("1");
  EXPECT_EQ(attempts("1", kError), 3);
}

}  // namespace
}  // namespace chat

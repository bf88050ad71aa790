#include "chat/hooks/breaker.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace chat {
namespace {

class BreakerTest : public testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker_.fail(clock_.now());
  }
  bool admit() {
    if (!breaker_.is_passable(clock_.now())) return false;
    breaker_.admit();
    return true;
  }

  ManualClock clock_;
  Breaker breaker_{{3, Milliseconds(1000)}};
};

TEST_F(BreakerTest, OpensAfterConsecutiveFailuresOnly) {
  fail(2);
  breaker_.succeed();
  fail(2);
  EXPECT_TRUE(admit());
  EXPECT_FALSE(breaker_.is_open(clock_.now()));
  fail(1);
  EXPECT_FALSE(admit());
  EXPECT_TRUE(breaker_.is_open(clock_.now()));
}

TEST_F(BreakerTest, AdmitsOneTrialAfterThePause) {
  fail(3);
  clock_.advance(Milliseconds(999));
  EXPECT_FALSE(admit());
  clock_.advance(Milliseconds(1));
  EXPECT_FALSE(breaker_.is_open(clock_.now()));
  EXPECT_TRUE(admit());
  EXPECT_FALSE(admit());
}

TEST_F(BreakerTest, ClosesIfTheTrialSucceeds) {
  fail(3);
  clock_.advance(Milliseconds(1000));
  ASSERT_TRUE(admit());
  breaker_.succeed();
  EXPECT_TRUE(admit());
  fail(2);
  EXPECT_TRUE(admit());
}

TEST_F(BreakerTest, StaysOpenForAnotherPauseIfTheTrialFails) {
  fail(3);
  clock_.advance(Milliseconds(1000));
  ASSERT_TRUE(admit());
  fail(1);
  EXPECT_FALSE(admit());
  clock_.advance(Milliseconds(1000));
  EXPECT_TRUE(admit());
}

TEST_F(BreakerTest, FailuresOfCallsFromBeforeDoNotPostponeTheTrial) {
  fail(3);
  clock_.advance(Milliseconds(900));
  fail(5);
  clock_.advance(Milliseconds(100));
  EXPECT_TRUE(admit());
}

TEST_F(BreakerTest, ACallThatFailsAgainIsNoNewFailureButEndsATrial) {
  for (int i = 0; i < 10; ++i) breaker_.fail(clock_.now(), false);
  EXPECT_FALSE(breaker_.is_open(clock_.now()));
  fail(3);
  clock_.advance(Milliseconds(1000));
  EXPECT_TRUE(admit());
  breaker_.fail(clock_.now(), false);
  EXPECT_TRUE(breaker_.is_open(clock_.now()));
}

}  // namespace
}  // namespace chat

#include "chat/hooks/breakers.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace chat {
namespace {

class BreakersTest : public testing::Test {
 protected:
  void fail(std::uint64_t caller, int times = 1) {
    for (int i = 0; i < times; ++i) breakers_.fail(clock_.now(), caller);
  }
  bool admit(std::uint64_t caller) { return breakers_.admit(clock_.now(), caller); }

  static constexpr std::uint64_t kStranger = 1, kAna = 2, kBo = 3;
  ManualClock clock_;
  Breakers breakers_{{3, Milliseconds(1000)}};
};

TEST_F(BreakersTest, LeaveACallerAloneWhoseCallsFailAndNobodyElse) {
  fail(kStranger, 100);
  EXPECT_FALSE(admit(kStranger));
  EXPECT_TRUE(breakers_.is_open(clock_.now(), kStranger));
  EXPECT_TRUE(admit(kAna));
  EXPECT_FALSE(breakers_.is_open(clock_.now()));
}

TEST_F(BreakersTest, LeaveTheApplicationAloneWhenCallsOfAsManyCallersFailInARow) {
  fail(kStranger);
  fail(kAna, 2);
  EXPECT_TRUE(admit(kBo));
  fail(kBo);
  EXPECT_TRUE(breakers_.is_open(clock_.now()));
  EXPECT_FALSE(admit(4));
}

TEST_F(BreakersTest, CountAnewAfterACallThatSucceeds) {
  fail(kStranger);
  fail(kAna);
  breakers_.succeed(kBo);
  fail(kBo);
  EXPECT_TRUE(admit(kBo));
  fail(kStranger);
  EXPECT_TRUE(admit(kBo));
}

TEST_F(BreakersTest, CountEachCallOfNobodyInParticular) {
  fail(0, 3);
  EXPECT_TRUE(breakers_.is_open(clock_.now()));
}

TEST_F(BreakersTest, GiveTheTrialToOthersThanTheCallerWhoseCallsFail) {
  fail(kStranger, 3);
  fail(kAna);
  fail(kBo);
  ASSERT_TRUE(breakers_.is_open(clock_.now()));
  clock_.advance(Milliseconds(1000));
  EXPECT_FALSE(admit(kStranger));
  ASSERT_TRUE(admit(kAna));
  EXPECT_FALSE(admit(kBo)) << "one trial";
  breakers_.succeed(kAna);
  EXPECT_TRUE(admit(kBo));
  EXPECT_FALSE(admit(kStranger));
  clock_.advance(Milliseconds(1000));
  EXPECT_TRUE(admit(kStranger));
}

TEST_F(BreakersTest, RememberABoundedNumberOfCallers) {
  breakers_ = Breakers({1'000'000, Milliseconds(1000)});
  for (std::uint64_t caller = 1; caller < 10 * Breakers::kMaxCallers; ++caller) fail(caller);
  EXPECT_TRUE(admit(kAna));
}

}  // namespace
}  // namespace chat

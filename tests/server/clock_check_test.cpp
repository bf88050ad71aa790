#include "server/clock_check.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

Announced at(Milliseconds from_now) { return {"", 0, SystemClock().unix_ms() + from_now.count()}; }

TEST(ClockCheck, PutsAClockThatIsMinutesOffRight) {
  SystemClock clock;
  const auto ahead = check_clock(clock, at(Seconds(-90)), Milliseconds(2), {});
  EXPECT_NEAR(static_cast<double>(ahead.count()), 90'000, 1000);
  EXPECT_NEAR(static_cast<double>(clock.unix_ms() - SystemClock().unix_ms()), -90'000, 1000);
  EXPECT_NEAR(static_cast<double>(check_clock(clock, at(Seconds(-90)), Milliseconds(2), {}).count()), 90'000, 1000)
      << "what was put right is still known to be wrong";
  check_clock(clock, at(Seconds(0)), Milliseconds(2), ahead);
  EXPECT_EQ(clock.correction(), Milliseconds(0)) << "somebody has set the machine's clock";
}

TEST(ClockCheck, LeavesAClockAloneThatIsASecondOff) {
  SystemClock clock;
  EXPECT_NEAR(static_cast<double>(check_clock(clock, at(Seconds(1)), Milliseconds(2), {}).count()), -1000, 500);
  EXPECT_EQ(clock.correction(), Milliseconds(0));
}

TEST(ClockCheck, LearnsNothingFromALateAnswerOrFromNone) {
  SystemClock clock;
  EXPECT_EQ(check_clock(clock, at(Seconds(60)), Milliseconds(1500), Milliseconds(7)), Milliseconds(7));
  EXPECT_EQ(check_clock(clock, {}, Milliseconds(1), Milliseconds(7)), Milliseconds(7));
}

}  // namespace
}  // namespace chat

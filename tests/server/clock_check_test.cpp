#include "server/clock_check.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

UnixMs machine_time() { return SystemClock().unix_ms(); }

/// A store whose clock is `ahead` of the machine's answers after 2 ms. Expects that the node then takes its own clock
/// to be so much behind, give or take the time that passes in here, and returns that.
Milliseconds check_with_store(SystemClock& clock, Milliseconds ahead) {
  const UnixMs before = machine_time();
  const auto found = check_clock(clock, {"", 0, before + ahead.count()}, Milliseconds(2), {});
  EXPECT_GE(found.count(), -ahead.count() - 1);
  EXPECT_LE(found.count(), -ahead.count() - 1 + machine_time() - before);
  return found;
}

TEST(ClockCheck, PutsAClockThatIsMinutesOffRight) {
  SystemClock clock;
  const auto found = check_with_store(clock, Seconds(-90));
  EXPECT_EQ(clock.correction(), found);
  const auto again = check_with_store(clock, Seconds(-90));
  EXPECT_EQ(clock.correction(), again) << "a corrected clock is still known to be wrong";
  check_with_store(clock, Seconds(0));
  EXPECT_EQ(clock.correction(), Milliseconds(0)) << "somebody has set the machine's clock";
}

TEST(ClockCheck, LeavesAClockAloneThatIsASecondOff) {
  SystemClock clock;
  check_with_store(clock, Seconds(1));
  EXPECT_EQ(clock.correction(), Milliseconds(0));
}

TEST(ClockCheck, LearnsNothingFromALateAnswerOrFromNone) {
  SystemClock clock;
  EXPECT_EQ(check_clock(clock, {"", 0, machine_time() + 60'000}, Milliseconds(1500), Milliseconds(7)), Milliseconds(7));
  EXPECT_EQ(check_clock(clock, {}, Milliseconds(1), Milliseconds(7)), Milliseconds(7));
}

}  // namespace
}  // namespace chat

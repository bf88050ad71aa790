#include "chat/base/clock.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(Clock, WritesTimeAsInternetTimestamps) {
  EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(1'795'268'400'123), "2026-11-21T13:40:00.123Z");
  EXPECT_EQ(to_rfc3339(951'782'400'007), "2000-02-29T00:00:00.007Z");
  EXPECT_EQ(to_rfc3339(4'102'444'799'999), "2099-12-31T23:59:59.999Z");
}

TEST(SystemClock, TellsTheMonotonicTimeOfTheMachine) {
  const auto before = std::chrono::steady_clock::now();
  const Instant told = SystemClock().now();
  EXPECT_LE(before, told);
  EXPECT_LE(told, std::chrono::steady_clock::now());
}

TEST(SystemClock, TellsTheTimeOfABetterClockOnceItIsCorrected) {
  const auto machine = [] {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  };
  SystemClock clock;
  for (const auto ahead : {Milliseconds(0), Milliseconds(90'000), Milliseconds(-90'000)}) {
    clock.correct(ahead);
    const auto before = machine();
    const UnixMs told = clock.unix_ms();
    EXPECT_LE(before - ahead.count(), told);
    EXPECT_LE(told, machine() - ahead.count());
  }
}

}  // namespace
}  // namespace chat

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

TEST(SystemClock, TellsBothTimes) {
  const SystemClock clock;
  const Instant before = clock.now();
  EXPECT_LE(before, clock.now());
  EXPECT_GT(clock.unix_ms(), 1'700'000'000'000);
}

}  // namespace
}  // namespace chat

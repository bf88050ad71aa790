#include "chat/base/rate_limit.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

constexpr Milliseconds kNow{0};

TEST(RateMeter, AdmitsABurstAndThenTellsHowLongToWait) {
  constexpr RateLimit limit{10, 3};
  RateMeter meter;
  const Instant start{Seconds(1000)};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(meter.take(limit, start), kNow) << i;
  EXPECT_EQ(meter.take(limit, start), Milliseconds(100));
  EXPECT_EQ(meter.take(limit, start + Milliseconds(40)), Milliseconds(60));
  EXPECT_EQ(meter.take(limit, start + Milliseconds(100)), kNow);
  EXPECT_EQ(meter.take(limit, start + Milliseconds(100)), Milliseconds(100));
}

TEST(RateMeter, AdmitsTheRateInTheLongRun) {
  constexpr RateLimit limit{10, 20};
  RateMeter meter;
  int admitted = 0;
  for (Instant now{Seconds(1000)}; now < Instant{Seconds(1100)}; now += Milliseconds(7)) {
    if (meter.take(limit, now) == kNow) ++admitted;
  }
  EXPECT_NEAR(admitted, 20 + 100 * 10, 2);
}

TEST(RateMeter, IsFullAgainAfterAPause) {
  constexpr RateLimit limit{1, 5};
  RateMeter meter;
  Instant now{Seconds(1000)};
  for (int round = 0; round < 3; ++round, now += Seconds(60)) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(meter.take(limit, now), kNow);
    EXPECT_GT(meter.take(limit, now), kNow);
  }
}

TEST(RateMeter, IsNotUsedUpByWhatItRefuses) {
  constexpr RateLimit limit{1, 1};
  RateMeter meter;
  const Instant start{Seconds(1000)};
  EXPECT_EQ(meter.take(limit, start), kNow);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(meter.take(limit, start), Milliseconds(1000));
  EXPECT_EQ(meter.take(limit, start + Seconds(1)), kNow);
}

TEST(RateMeter, KnowsNoLimitAtZeroASecond) {
  RateMeter meter;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(meter.take({0, 0}, Instant{}), kNow);
}

TEST(RateMeter, TakesABurstOfNothingForOne) {
  RateMeter meter;
  const Instant start{Seconds(1000)};
  EXPECT_EQ(meter.take({10, 0}, start), kNow);
  EXPECT_GT(meter.take({10, 0}, start), kNow);
}

}  // namespace
}  // namespace chat

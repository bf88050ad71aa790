#include "chat/auth/jwks_schedule.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

constexpr Instant kStart{Seconds(100'000)};

/// A schedule whose first fetch has succeeded at kStart.
JwksSchedule fetched(std::optional<Seconds> max_age = std::nullopt) {
  JwksSchedule schedule(kStart);
  schedule.start(kStart);
  schedule.succeed(kStart, max_age);
  return schedule;
}

TEST(JwksSchedule, FetchesAtOnceAndNotTwiceAtATime) {
  JwksSchedule schedule(kStart);
  EXPECT_EQ(schedule.due(), kStart);
  schedule.start(kStart);
  EXPECT_EQ(schedule.due(), std::nullopt);
}

TEST(JwksSchedule, FollowsTheAgeOfTheAnswerBetweenFiveMinutesAndADay) {
  EXPECT_EQ(fetched().due(), kStart + Seconds(3600));
  EXPECT_EQ(fetched(Seconds(900)).due(), kStart + Seconds(900));
  EXPECT_EQ(fetched(Seconds(0)).due(), kStart + Seconds(300));
  EXPECT_EQ(fetched(Seconds(1'000'000)).due(), kStart + Seconds(86'400));
}

TEST(JwksSchedule, RetriesLaterAfterEachFailureAndNormallyAfterASuccess) {
  JwksSchedule schedule(kStart);
  Instant now = kStart;
  for (const int pause : {10, 20, 40, 80, 160, 300, 300}) {
    schedule.start(now);
    schedule.fail(now);
    ASSERT_EQ(schedule.due(), now + Seconds(pause));
    now += Seconds(pause);
  }
  schedule.start(now);
  schedule.succeed(now, std::nullopt);
  schedule.start(now);
  schedule.fail(now);
  EXPECT_EQ(schedule.due(), now + Seconds(10));
}

TEST(JwksSchedule, FetchesForAnUnknownKeyAtMostOnceAMinute) {
  auto schedule = fetched();
  schedule.miss_key(kStart + Seconds(5));
  schedule.miss_key(kStart + Seconds(6));
  EXPECT_EQ(schedule.due(), kStart + Seconds(60));
  schedule.start(kStart + Seconds(60));
  schedule.succeed(kStart + Seconds(61), std::nullopt);
  schedule.miss_key(kStart + Seconds(62));
  EXPECT_EQ(schedule.due(), kStart + Seconds(120));
}

TEST(JwksSchedule, FetchesForAnUnknownKeyAtOnceIfTheLastFetchIsOlder) {
  auto schedule = fetched();
  schedule.miss_key(kStart + Seconds(200));
  EXPECT_EQ(schedule.due(), kStart + Seconds(200));
}

TEST(JwksSchedule, IsNotDelayedByUnknownKeys) {
  auto schedule = fetched(Seconds(300));
  schedule.miss_key(kStart + Seconds(299));
  EXPECT_EQ(schedule.due(), kStart + Seconds(299));
  JwksSchedule first(kStart);
  first.miss_key(kStart + Seconds(1));
  EXPECT_EQ(first.due(), kStart);
  first.start(kStart);
  first.miss_key(kStart + Seconds(1));
  EXPECT_EQ(first.due(), std::nullopt);
}

}  // namespace
}  // namespace chat

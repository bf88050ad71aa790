#include "chat/rooms/pace.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

constexpr Instant kNow{std::chrono::hours(1000)};
constexpr Milliseconds kAMoment{1};

TEST(Pace, LetsAQuietRoomGoAtOnceHoweverOften) {
  Pace pace;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(pace.is_due(kNow, 1));
    pace.left(kNow, Pace::kCrowded - 1);
  }
}

TEST(Pace, LetsACrowdedRoomGatherForAWhile) {
  Pace pace;
  pace.left(kNow, Pace::kCrowded);
  EXPECT_FALSE(pace.is_due(kNow + Pace::kGathering - kAMoment, 1));
  EXPECT_TRUE(pace.is_due(kNow + Pace::kGathering, 1));
  EXPECT_EQ(pace.due(), kNow + Pace::kGathering);
}

TEST(Pace, LetsNothingWaitOnceAWriteIsFull) {
  Pace pace;
  pace.left(kNow, Pace::kCrowded);
  EXPECT_FALSE(pace.is_due(kNow, Pace::kFull - 1));
  EXPECT_TRUE(pace.is_due(kNow, Pace::kFull));
}

TEST(Pace, IsOverWhenARoomHasBecomeQuiet) {
  Pace pace;
  pace.left(kNow, Pace::kCrowded);
  pace.left(kNow + Pace::kGathering, 1);
  EXPECT_TRUE(pace.is_due(kNow + Pace::kGathering, 1));
}

}  // namespace
}  // namespace chat

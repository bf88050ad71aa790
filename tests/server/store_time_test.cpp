#include "server/store_time.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(StoreTime, HalfARoundTripIsTheError) {
  StoreTime time;
  time.sample(1000, 5200, 1400);
  EXPECT_EQ(time.ahead(), 1200 - 5200);
  EXPECT_EQ(time.error(), 200);
}

TEST(StoreTime, TheShortestRoundTripCounts) {
  StoreTime time;
  time.sample(1000, 1500, 3000);
  time.sample(4000, 4060, 4100);
  time.sample(5000, 5500, 9000);
  EXPECT_EQ(time.error(), 50);
  EXPECT_EQ(time.ahead(), -10);
}

TEST(StoreTime, ForgetsOldRoundTrips) {
  StoreTime time;
  time.sample(0, 5, 10);
  for (int i = 0; i < 20; ++i) time.sample(1000, 1500, 2000);
  EXPECT_EQ(time.error(), 500);
}

TEST(StoreTime, LearnsNothingFromAClockThatWasSetBackOrAStoreWithoutTime) {
  StoreTime time;
  time.sample(1000, 1500, 1600);
  time.sample(1000, 1500, 900);
  time.sample(1000, 0, 1001);
  EXPECT_EQ(time.error(), 300);
}

}  // namespace
}  // namespace chat

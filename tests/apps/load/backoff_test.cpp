#include "apps/load/backoff.hpp"

#include <gtest/gtest.h>

namespace chat::load {
namespace {

/// The longest of many waits at this attempt.
std::int64_t longest_wait(int attempt) {
  std::minstd_rand random(1);
  std::int64_t longest = 0;
  for (int i = 0; i < 1000; ++i) {
    Backoff backoff;
    for (int skipped = 0; skipped < attempt; ++skipped) backoff.next_ms(random);
    longest = std::max(longest, backoff.next_ms(random));
  }
  return longest;
}

TEST(Backoff, DoublesTheLongestWaitUpToFiveSeconds) {
  const std::int64_t limits[] = {250, 500, 1000, 2000, 4000, 5000, 5000};
  for (int attempt = 0; attempt < 7; ++attempt) {
    EXPECT_LE(longest_wait(attempt), limits[attempt]);
    EXPECT_GT(longest_wait(attempt), limits[attempt] * 9 / 10);
  }
  EXPECT_LE(longest_wait(300), 5000);
}

TEST(Backoff, WaitsAnyTimeUpToThatSoThatNotAllComeAtOnce) {
  std::minstd_rand random(1);
  int early = 0;
  for (int i = 0; i < 1000; ++i) early += Backoff().next_ms(random) < 125 ? 1 : 0;
  EXPECT_NEAR(early, 500, 60);
}

TEST(Backoff, BeginsAnewOnceReset) {
  std::minstd_rand random(1);
  Backoff backoff;
  for (int i = 0; i < 10; ++i) backoff.next_ms(random);
  backoff.reset();
  EXPECT_LE(backoff.next_ms(random), 250);
}

TEST(ComesBack, AfterACutARestartAndEveryTemporaryCloseCode) {
  for (const int code : {1001, 1006, 1012, 1013, 4000, 4008, 4408, 4499}) EXPECT_TRUE(comes_back(code)) << code;
  for (const int code : {1000, 1002, 1003, 1007, 1008, 1009, 4500, 4999}) EXPECT_FALSE(comes_back(code)) << code;
}

}  // namespace
}  // namespace chat::load

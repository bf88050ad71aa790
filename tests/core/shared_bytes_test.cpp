#include "chat/core/shared_bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace chat {
namespace {

TEST(SharedBytes, AreNothingAtFirst) {
  const SharedBytes nothing;
  EXPECT_FALSE(nothing);
  EXPECT_EQ(nothing.view(), "");
  EXPECT_EQ(nothing.size(), 0U);
}

TEST(SharedBytes, HoldWhatTheyWereMadeOf) {
  EXPECT_EQ(SharedBytes("abc").view(), "abc");
  EXPECT_EQ(SharedBytes("ab", "cd").view(), "abcd");
  EXPECT_EQ(SharedBytes("", "cd").view(), "cd");
  EXPECT_TRUE(SharedBytes(""));
  const std::string large(1 << 20, 'x');
  EXPECT_EQ(SharedBytes(large).view(), large);
}

TEST(SharedBytes, AreTheSameBytesForAllOwners) {
  const SharedBytes first("abc");
  const SharedBytes second = first;
  EXPECT_EQ(first.view().data(), second.view().data());
  SharedBytes third("other");
  third = second;
  EXPECT_EQ(third.view().data(), first.view().data());
  const SharedBytes moved = std::move(third);
  EXPECT_EQ(moved.view(), "abc");
}

TEST(SharedBytes, OutliveTheirFirstOwner) {
  SharedBytes kept;
  {
    const SharedBytes first("abc");
    kept = first;
  }
  EXPECT_EQ(kept.view(), "abc");
  kept = SharedBytes(kept);
  EXPECT_EQ(kept.view(), "abc");
}

TEST(SharedBytes, MayBeCopiedAndDroppedByManyThreads) {
  const std::string text(1000, 'x');
  SharedBytes shared(text);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([copy = shared, &text] {
      std::vector<SharedBytes> copies;
      for (int n = 0; n < 10'000; ++n) {
        copies.push_back(copy);
        if (copies.size() > 50) copies.clear();
      }
      EXPECT_EQ(copy.view(), text);
    });
  }
  shared = {};
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace chat

#include "chat/rooms/known_senders.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(KnownSenders, KnowsASenderInTheRoomsWhereItWasStored) {
  KnownSenders known;
  known.add(KnownSenders::key("lobby", "ana"));
  EXPECT_TRUE(known.contains(KnownSenders::key("lobby", "ana")));
  EXPECT_FALSE(known.contains(KnownSenders::key("lobby", "bo")));
  EXPECT_FALSE(known.contains(KnownSenders::key("other", "ana")));
}

TEST(KnownSenders, ForgetsTheOldestWhenItHasTwoGenerations) {
  KnownSenders known;
  for (std::uint64_t i = 0; i <= 2 * KnownSenders::kMax; ++i) known.add(i);
  EXPECT_FALSE(known.contains(0));
  EXPECT_TRUE(known.contains(KnownSenders::kMax));
  EXPECT_TRUE(known.contains(2 * KnownSenders::kMax));
}

}  // namespace
}  // namespace chat

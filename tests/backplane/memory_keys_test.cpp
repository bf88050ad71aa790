#include "backplane/memory/memory_keys.hpp"

#include <gtest/gtest.h>

#include "chat/backplane/backplane.hpp"

namespace chat {
namespace {

constexpr UnixMs kDay = 86'400'000;
constexpr UnixMs kNoon = 20'000 * kDay + kDay / 2;

TEST(MemoryKeys, LiveUntilTheEndOfTheNextDay) {
  MemoryKeys keys;
  keys.turn(kNoon);
  keys.add("order-7", 3);
  keys.turn(kNoon + kDay);
  keys.add("order-8", 4);
  EXPECT_EQ(keys.find("order-7"), 3U);
  keys.turn(kNoon + 2 * kDay);
  EXPECT_EQ(keys.find("order-7"), std::nullopt);
  EXPECT_EQ(keys.find("order-8"), 4U);
  keys.turn(kNoon + 5 * kDay);
  EXPECT_EQ(keys.find("order-8"), std::nullopt);
}

TEST(MemoryKeys, AreKeptWhenTheClockGoesBack) {
  MemoryKeys keys;
  keys.turn(kNoon);
  keys.add("order-7", 3);
  keys.turn(kNoon - kDay);
  EXPECT_EQ(keys.find("order-7"), 3U);
}

TEST(MemoryKeys, AreSoManyADayAndNoMore) {
  MemoryKeys keys;
  keys.turn(kNoon);
  for (std::size_t i = 0; i < Append::kMaxKeysADay; ++i) keys.add(std::to_string(i), i);
  EXPECT_TRUE(keys.is_full());
  keys.turn(kNoon + kDay);
  EXPECT_FALSE(keys.is_full());
}

TEST(MemoryKeys, GiveWayToNewOnesOnceInTenMinutes) {
  MemoryKeys keys;
  keys.turn(kNoon);
  keys.add("old", 1);
  EXPECT_TRUE(keys.turn_early(kNoon));
  keys.add("new", 2);
  EXPECT_EQ(keys.find("old"), 1U);
  EXPECT_FALSE(keys.turn_early(kNoon + 599'000));
  EXPECT_TRUE(keys.turn_early(kNoon + 600'000));
  EXPECT_EQ(keys.find("old"), std::nullopt);
  EXPECT_EQ(keys.find("new"), 2U);
}

}  // namespace
}  // namespace chat

#include "chat/base/hash.hpp"

#include <gtest/gtest.h>

#include <set>

namespace chat {
namespace {

TEST(KeyedHash, IsTheSameForTheSameTextAndDiffersOtherwise) {
  std::set<std::size_t> seen;
  std::string text;
  for (int size = 0; size < 40; ++size, text += 'x') {
    EXPECT_EQ(keyed_hash(text), keyed_hash(std::string(text)));
    EXPECT_TRUE(seen.insert(keyed_hash(text)).second) << size;
  }
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(keyed_hash("room" + std::to_string(i))).second);
}

TEST(KeyedHash, SpreadsOverItsLowBits) {
  std::set<std::size_t> buckets;
  for (int i = 0; i < 4096; ++i) buckets.insert(keyed_hash("room-" + std::to_string(i)) & 255);
  EXPECT_EQ(buckets.size(), 256U);
}

TEST(TextMap, IsLookedUpByViewsIntoOtherTexts) {
  TextMap<int> map;
  map["lobby"] = 1;
  EXPECT_EQ(map.find(std::string_view("lobby garden").substr(0, 5))->second, 1);
  EXPECT_FALSE(map.contains("lobb"));
}

}  // namespace
}  // namespace chat

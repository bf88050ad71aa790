#include "apps/load/dialect/stamp.hpp"

#include <gtest/gtest.h>

namespace chat::load {
namespace {

TEST(Stamp, ComesBackAsItWasWritten) {
  std::string text;
  append_stamp(text, "0a1b2c3d", {9999, 123456, 987654321000, 987654321000 + 2'000'000});
  EXPECT_EQ(text.size(), Stamp::kBytes);
  for (const auto* padding : {"", "....", " "}) {
    const auto stamp = read_stamp(text + padding, "0a1b2c3d");
    ASSERT_TRUE(stamp);
    EXPECT_EQ(stamp->sender, 9999U);
    EXPECT_EQ(stamp->n, 123456U);
    EXPECT_EQ(stamp->due, 987654321000);
    EXPECT_EQ(stamp->sent, 987654321000 + 2'000'000);
  }
}

TEST(Stamp, IsNotFoundInTextsOfOthers) {
  std::string text;
  append_stamp(text, "0a1b2c3d", {1, 1, 1, 1});
  EXPECT_FALSE(read_stamp(text, "ffffffff"));
  EXPECT_FALSE(read_stamp(text.substr(0, text.size() - 1), "0a1b2c3d"));
  EXPECT_FALSE(read_stamp("hello", "0a1b2c3d"));
  text[20] = '"';
  EXPECT_FALSE(read_stamp(text, "0a1b2c3d"));
}

}  // namespace
}  // namespace chat::load

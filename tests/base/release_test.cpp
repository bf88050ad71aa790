#include "chat/base/release.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace chat {
namespace {

TEST(Release, GivesTheMemoryOfATextBack) {
  std::string text(1000, 'x');
  release(text);
  EXPECT_EQ(text.capacity(), std::string().capacity());
  EXPECT_EQ(text, "");
}

TEST(Release, GivesTheMemoryOfAListBack) {
  std::vector<int> list(1000);
  release(list);
  EXPECT_EQ(list.capacity(), 0U);
}

TEST(Release, GivesTheMemoryOfPartsBack) {
  struct Parts {
    std::string text;
  } parts{std::string(1000, 'x')};
  release(parts);
  EXPECT_EQ(parts.text.capacity(), std::string().capacity());
}

}  // namespace
}  // namespace chat

#include "auth/base64url.hpp"

#include <gtest/gtest.h>

#include "chat/base/digest.hpp"

namespace chat {
namespace {

TEST(Base64Url, GivesBackTheBytesOfEachLength) {
  for (std::size_t size = 0; size < 40; ++size) {
    const auto bytes = random_bytes(size);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
}

TEST(Base64Url, HasOneSpellingForBytes) {
  EXPECT_EQ(from_base64url("AA"), std::string(1, '\0'));
  for (const char* other : {"A", "AAAAA", "AA==", "AA=", "AB", "AAB", "A A", "AA\n", "+/+/", "AA.A", "\xc3\xa4gg"}) {
    EXPECT_EQ(from_base64url(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace chat

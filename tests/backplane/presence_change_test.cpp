#include <gtest/gtest.h>

#include "chat/backplane/presence_store.hpp"

namespace chat {
namespace {

TEST(PresenceChange, ComesBackAsItWasEncoded) {
  const PresenceChange change{"chat-1.aa", {{"u1", "Ana Maria"}, {"u2", "Öß 😀 +-"}}, {"u3", "u4"}};
  const auto decoded = decode_presence_change(encode(change));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->instance, change.instance);
  EXPECT_EQ(decoded->joined, change.joined);
  EXPECT_EQ(decoded->left, change.left);
}

TEST(PresenceChange, MayBeEmptyButForItsInstance) {
  const auto decoded = decode_presence_change("chat-1.aa");
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->joined.empty() && decoded->left.empty());
}

TEST(PresenceChange, IsRefusedWhereALineIsNotOne) {
  for (const char* text :
       {"", "\n+u1 Ana", "i\nu1 Ana", "i\n+u1", "i\n+", "i\n-", "i\n+u1 ", "i\n+u1 \x01", "i\n\n-u1", "i\n+u1 \xff"}) {
    EXPECT_FALSE(decode_presence_change(text)) << text;
  }
}

TEST(PresenceChange, NamesTheNodeOfAnInstance) {
  EXPECT_EQ(node_of("chat-1.a1b2c3"), "chat-1");
  EXPECT_EQ(node_of("chat-1"), "chat-1");
}

}  // namespace
}  // namespace chat

#include <gtest/gtest.h>

#include "chat/backplane/presence_store.hpp"

namespace chat {
namespace {

TEST(PresenceChange, ComesBackAsItWasEncoded) {
  const PresenceChange change{"chat-1.aa", {{"u1", "Ana Maria"}, {"u2", "Öß 😀 +-", R"({"a":["=-+"]})"}}, {"u3", "u4"}};
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
  for (const char* text : {"u1 Ana", "+u1", "+", "-", "+u1 ", "+u1 \x01", "\n-u1", "+u1 \xff", "+ Ana", "-u 1",
                           "-u\x01", "={}", "-u1\n={}", "+u1 Ana\n="}) {
    EXPECT_FALSE(decode_presence_change(std::string("chat-1.aa\n") + text)) << text;
  }
}

TEST(PresenceChange, IsRefusedWithoutAnInstanceOfANode) {
  for (const char* text :
       {"", "\n+u1 Ana", "i\n+u1 Ana", "chat-1.\n+u1 Ana", ".aa\n+u1 Ana", "Chat.aa", "chat-1.a a"}) {
    EXPECT_FALSE(decode_presence_change(text)) << text;
  }
}

TEST(PresenceChange, NamesTheNodeOfAnInstance) {
  EXPECT_EQ(node_of("chat-1.a1b2c3"), "chat-1");
  EXPECT_EQ(node_of("chat-1"), "chat-1");
}

}  // namespace
}  // namespace chat

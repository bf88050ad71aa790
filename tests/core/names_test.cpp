#include "chat/core/names.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

using namespace std::string_literals;

TEST(Names, OfRoomsMeanNothingToRedisUrlsShellsAndLogs) {
  for (const auto& name : {"a"s, "0"s, "lobby"s, "dm.0a1b.2c3d"s, "a_b-c.d"s, std::string(64, 'x')}) {
    EXPECT_TRUE(is_room_name(name)) << name;
  }
  for (const auto& name : {""s, ".a"s, "-a"s, "_a"s, "A"s, "a "s, " a"s, "a b"s, "a/b"s, "a{b}"s, "*"s,
                           "a\r\nFLUSHALL"s, "a\0b"s, "%s%n"s, "\xC3\xA1"s, "a\xE2\x80\xAE"s,
                           "l\xD0\xBE"
                           "bby"s,
                           "__proto__"s, std::string(65, 'x')}) {
    EXPECT_FALSE(is_room_name(name)) << name;
  }
}

TEST(Names, OfNodesAreDnsLabels) {
  for (const auto& id : {"a"s, "1"s, "chat-1"s, "3f2a9c"s, std::string(32, 'x')}) EXPECT_TRUE(is_node_id(id)) << id;
  for (const auto& id : {""s, "-a"s, "Chat"s, "chat.1"s, "chat_1"s, "chat 1"s, "chat/1"s, std::string(33, 'x')}) {
    EXPECT_FALSE(is_node_id(id)) << id;
  }
}

TEST(Names, OfPeopleAreAnyTextOneCanSee) {
  for (const auto& name : {"A"s, "Ana Maria"s, "Øystein 世界 😀"s, " x"s, "<b>"s, std::string(64, 'x')}) {
    EXPECT_TRUE(is_user_name(name)) << name;
  }
  for (const auto& name :
       {""s, " "s, "   "s, "a\nb"s, "a\tb"s, "a\x7f"s, "a\0"s, "\xff"s, "\xC3"s, std::string(65, 'x')}) {
    EXPECT_FALSE(is_user_name(name)) << name;
  }
}

TEST(Names, OfPeopleHaveIdsWithoutBlanks) {
  for (const auto& id :
       {"u1"s, "u7t2fpccvcvtxoa"s, "auth0|5f7c"s, "ana@example.org"s, "世界"s, std::string(128, 'x')}) {
    EXPECT_TRUE(is_user_id(id)) << id;
  }
  for (const auto& id : {""s, " "s, "a b"s, "a\nb"s, "a\0"s, "\x7f"s, "\xff"s, std::string(129, 'x')}) {
    EXPECT_FALSE(is_user_id(id)) << id;
  }
}

}  // namespace
}  // namespace chat

#include "chat/core/names.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

namespace chat {
namespace {

using namespace std::string_literals;

TEST(Groups, HaveRoomsThatGiveTheirNamesBack) {
  for (const std::string& name :
       {std::string("Room 1"), std::string("SignalR Users"), std::string("Čaj \xF0\x9F\x8D\xB5"),
        std::string("{a}:live"), std::string("UPPER"), std::string(128, ' '), std::string(65, 'a')}) {
    const auto room = room_of_group(name);
    EXPECT_TRUE(room.starts_with("x--")) << name;
    EXPECT_TRUE(is_room_name(room)) << room;
    EXPECT_EQ(room.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos) << room;
    EXPECT_EQ(group_of_room(room), name);
  }
  for (const char* name : {"lobby", "room-1", "x--", "x--y"}) {
    EXPECT_EQ(room_of_group(name), name);
    EXPECT_EQ(group_of_room(name), name);
  }
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string("A\x7f"), std::string("A\xC2\x85"),
                                  std::string("A\xff"), std::string(129, 'A')}) {
    EXPECT_EQ(room_of_group(name), name);
    EXPECT_FALSE(is_room_name(name)) << name;
  }
}

TEST(Groups, HaveOneRoomEach) {
  const auto room = room_of_group("Room 1");
  EXPECT_FALSE(is_room_name(room_of_group(std::string(100, 'A')) + "a"));
  EXPECT_TRUE(
      is_room_name("x--"
                   "nrxwey3z"))
      << "a plain name, which stands for itself";
  EXPECT_EQ(group_of_room("x--nrxwey3z"), "x--nrxwey3z") << "not for \"lobby\", which has a room of its own";
}

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

/// The table that the page's tests read, too.
nlohmann::json table_of_names() { return nlohmann::json::parse(std::ifstream(CHAT_NAMES)); }

TEST(Names, OfPeopleAreAnyTextOneCanSee) {
  const auto table = table_of_names();
  for (const auto& row : table["accepted"]) {
    EXPECT_TRUE(is_user_name(row[1].get<std::string>())) << row[0];
  }
  for (const auto& row : table["refused"]) {
    EXPECT_FALSE(is_user_name(row[1].get<std::string>())) << row[0];
    EXPECT_EQ(to_user_name(row[1].get<std::string>()), std::nullopt) << row[0];
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

TEST(Names, OfPeopleAreKeptInNormalFormC) {
  const auto table = table_of_names();
  for (const auto& row : table["accepted"]) {
    EXPECT_EQ(to_user_name(row[1].get<std::string>()), row[2].get<std::string>()) << row[0];
  }
}

TEST(Names, OfPeopleAreUtf8) {
  for (const auto& name : {"\xff"s, "\xC3"s, "\xED\xA0\x80"s, "\xF4\x90\x80\x80"s}) EXPECT_FALSE(is_user_name(name));
}

TEST(Names, OfPeopleMayNotGrowBeyondTheLimitByTheirNormalForm) {
  std::string name;
  while (name.size() < 63) name += "\xE0\xA5\x98";  // U+0958 has a normal form of two letters
  EXPECT_TRUE(is_user_name(name));
  EXPECT_EQ(to_user_name(name), std::nullopt);
}

}  // namespace
}  // namespace chat

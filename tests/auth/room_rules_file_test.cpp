#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "chat/auth/room_rules.hpp"

namespace chat {
namespace {

/// The sentence without the name of the file; "N rules" if there is none.
std::string told(std::string_view text) {
  const auto loaded = room_rules_from_text(text, "rules.json");
  if (loaded) return std::to_string((*loaded)->size()) + " rules";
  EXPECT_EQ(loaded.error().code, ErrorCode::bad_request);
  EXPECT_TRUE(loaded.error().message.starts_with("rules.json: ")) << loaded.error().message;
  return loaded.error().message.substr(12);
}
/// The same for one rule with these members beside `rooms`.
std::string told_of(const std::string& members) { return told(R"({"rules":[{"rooms":"a",)" + members + "}]}"); }

TEST(RoomRulesFile, MayHaveEachMember) {
  EXPECT_EQ(told(R"({"rules":[]})"), "0 rules");
  EXPECT_EQ(told(R"({"rules":[{"rooms":"*"}]})"), "1 rules");
  EXPECT_EQ(told(R"( { "rules": [
    {"rooms": ["lobby", "team.*"], "guest": ["join", "history", "send", "typing", "presence", "moderate"], "user": [],
     "members": ["send"], "users": {"ana": ["moderate"], "Bob Smith": []}, "history_size": 1000000,
     "message_bytes": 4096, "slow_mode_seconds": 0, "max_members": 1, "presence": "counts",
     "create": ["members", "users"], "history_seconds": 86400, "messages_per_minute": 20},
    {"rooms": "*", "create": [], "presence": "lists"} ] } )"),
            "2 rules");
}

TEST(RoomRulesFile, IsRefusedWithThePlaceAndWhatIsNeededThere) {
  const std::string rights = " must be join, history, send, typing, presence or moderate";
  const std::string room = " must be the name of a room or a pattern: a-z 0-9 _ . - and *, at most 64 characters";
  struct Case {
    std::string text;
    std::string sentence;
  };
  const Case cases[] = {
      {"", "is empty"},
      {" \n", "is empty"},
      {R"({"rules":[}})", "not JSON, or not as far as byte 11"},
      {"[]", "must be an object with the member rules"},
      {"{}", "rules must be a list"},
      {R"({"rules":{}})", "rules must be a list"},
      {R"({"rules":[],"rule":[]})", "rule is unknown; did you mean rules?"},
      {R"({"rules":[],"rules":[]})", "a member stands twice in one object"},
      {R"({"rules":[{"rooms":"a"},{"rooms":"b","user":[],"user":[]}]})",
       "rules[1]: a member stands twice in one object"},
      {R"({"rules":[{"rooms":"a"},7]})", "rules[1] must be an object"},
      {R"({"rules":[{"guest":[]}]})", "rules[0].rooms is missing"},
      {R"({"rules":[{"rooms":[]}]})", "rules[0].rooms names no room"},
      {R"({"rules":[{"rooms":"Lobby"}]})", "rules[0].rooms" + room},
      {R"({"rules":[{"rooms":["a","b c"]}]})", "rules[0].rooms[1]" + room},
      {R"({"rules":[{"rooms":7}]})", "rules[0].rooms" + room},
  };
  for (const auto& [text, sentence] : cases) EXPECT_EQ(told(text), sentence) << text;
  const Case members[] = {
      {R"("presense":"off")", "rules[0].presense is unknown; did you mean presence?"},
      {R"("colour":"red")", "rules[0].colour is unknown"},
      {R"("create":"anyone")", "rules[0].create must be a list of guest, user, members or users"},
      {R"("create":["user","member"])",
       "rules[0].create[1] must be guest, user, members or users; did you mean members?"},
      {R"("create":["user","user"])", "rules[0].create[1] stands in the list already"},
      {R"("history_seconds":0)", "rules[0].history_seconds must be a whole number from 1 to 315360000"},
      {R"("messages_per_minute":6001)", "rules[0].messages_per_minute must be a whole number from 1 to 6000"},
      {R"("presence":"count")", "rules[0].presence must be lists, counts or off; did you mean counts?"},
      {R"("presence":true)", "rules[0].presence must be lists, counts or off"},
      {R"("guest":"join")", "rules[0].guest must be a list of rights"},
      {R"("user":["join","sned"])", "rules[0].user[1]" + rights + "; did you mean send?"},
      {R"("members":[7])", "rules[0].members[0]" + rights},
      {R"("guest":["join","send","join"])", "rules[0].guest[2] stands in the list already"},
      {R"("users":["ana"])", "rules[0].users must be an object of users and their rights"},
      {R"("users":{"ana":"join"})", "rules[0].users.ana must be a list of rights"},
      {R"("users":{"ana":["all"]})", "rules[0].users.ana[0]" + rights},
      {R"("users":{"":[]})", "rules[0].users has a user without an id"},
      {R"("history_size":0)", "rules[0].history_size must be a whole number from 1 to 1000000"},
      {R"("history_size":1.5)", "rules[0].history_size must be a whole number from 1 to 1000000"},
      {R"("message_bytes":4097)", "rules[0].message_bytes must be a whole number from 1 to 4096"},
      {R"("slow_mode_seconds":-1)", "rules[0].slow_mode_seconds must be a whole number from 0 to 86400"},
      {R"("max_members":"5")", "rules[0].max_members must be a whole number from 1 to 1000000"},
      {R"("max_members":99999999999999999999)", "rules[0].max_members must be a whole number from 1 to 1000000"},
  };
  for (const auto& [text, sentence] : members) EXPECT_EQ(told_of(text), sentence) << text;
}

TEST(RoomRulesFile, HasBounds) {
  std::string text = R"({"rules":[{"rooms":"a"})";
  for (std::size_t i = 1; i < kMaxRoomRules; ++i) text += R"(,{"rooms":"a"})";
  EXPECT_EQ(told(text + "]}"), "1000 rules");
  EXPECT_EQ(told(text + R"(,{"rooms":"a"}]})"), "has more than 1000 rules");
  EXPECT_EQ(told(std::string(kMaxRoomRulesBytes - 12, ' ') + R"({"rules":[]})"), "0 rules");
  EXPECT_EQ(told(std::string(kMaxRoomRulesBytes - 11, ' ') + R"({"rules":[]})"), "has more than 1 MiB");
}

TEST(RoomRulesFile, IsReadFromAPath) {
  const auto path = std::filesystem::temp_directory_path() / ("rules-" + std::to_string(getpid()));
  std::ofstream(path) << R"({"rules":[{"rooms":"a"}]})";
  const auto loaded = room_rules_from_file(path.string());
  EXPECT_TRUE(loaded && (*loaded)->size() == 1);
  std::filesystem::remove(path);
  EXPECT_EQ(room_rules_from_file(path.string()).error().message, path.string() + ": cannot be read");
  EXPECT_EQ(room_rules_from_file("/").error().message, "/: cannot be read");
}

}  // namespace
}  // namespace chat

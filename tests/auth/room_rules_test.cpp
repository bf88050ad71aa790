#include "chat/auth/room_rules.hpp"

#include <gtest/gtest.h>

#include "chat/core/person_id.hpp"

namespace chat {
namespace {

Principal guest(std::string_view secret = "a guest") { return {person_of(secret), nullptr}; }

Principal user(std::string subject, std::vector<RoomRights> rooms = {}) {
  Identity identity;
  identity.user_id = user_id_of_subject(subject);
  identity.subject = std::move(subject);
  identity.rooms = std::move(rooms);
  return {person_of_subject(identity.subject), std::make_shared<const Identity>(std::move(identity))};
}

std::shared_ptr<const RoomRules> rules(std::string_view text) {
  auto loaded = room_rules_from_text(text, "rules.json");
  if (!loaded) ADD_FAILURE() << loaded.error().message;
  return loaded ? *loaded : std::make_shared<const RoomRules>();
}

std::string rights(const RoomRules& rules, const Principal& principal, std::string_view room) {
  return to_text(rules.access(principal, room).rights);
}

constexpr const char* kAll = "join,history,send,typing,presence";

TEST(RoomRules, LetEverybodyDoAllButModerateInRoomsWithoutARule) {
  const RoomRules none;
  EXPECT_EQ(rights(none, guest(), "lobby"), kAll);
  EXPECT_EQ(rights(none, user("ana"), "lobby"), kAll);
  EXPECT_EQ(*none.access(guest(), "lobby").settings, RoomSettings{});
  const auto staff = rules(R"({"rules":[{"rooms":"staff-*","guest":[],"user":[]}]})");
  EXPECT_EQ(rights(*staff, guest(), "lobby"), kAll);
}

TEST(RoomRules, LetTheListedGroupsBeginARoom) {
  const auto creators = [](const std::string& create) {
    const auto made = rules(R"({"rules":[{"rooms":"a","users":{"ana":["join"]},"create":)" + create + "}]}");
    Principal member = user("bob");
    auto identity = std::make_shared<Identity>(*member.identity);
    identity->rooms = {{"a", {Right::join}}};
    member.identity = identity;
    std::string may;
    for (const auto& [name, principal] : {std::pair("guest", guest()), std::pair("user", user("sam")),
                                          std::pair("member", member), std::pair("named", user("ana"))}) {
      if (made->access(principal, "a").may_create) may += std::string(name) + ' ';
    }
    return may;
  };
  EXPECT_EQ(creators(R"(["guest"])"), "guest ");
  EXPECT_EQ(creators(R"(["user"])"), "user member named ");
  EXPECT_EQ(creators(R"(["members"])"), "member ");
  EXPECT_EQ(creators(R"(["users"])"), "named ");
  EXPECT_EQ(creators("[]"), "");
  EXPECT_TRUE(RoomRules().access(guest(), "a").may_create);
}

TEST(RoomRules, HaveOnePaceOfSlowModeAndMessagesAMinute) {
  const auto pace = [](const std::string& members) {
    return rules(R"({"rules":[{"rooms":"a")" + members + "}]}")->access(guest(), "a").settings->pace();
  };
  EXPECT_TRUE(pace("").is_off());
  EXPECT_EQ(pace(R"(,"slow_mode_seconds":5)"), (SendPace{Seconds(5), 1}));
  EXPECT_EQ(pace(R"(,"messages_per_minute":20)"), (SendPace{Seconds(3), 5}));
  EXPECT_EQ(pace(R"(,"messages_per_minute":2)"), (SendPace{Seconds(30), 1}));
  EXPECT_EQ(pace(R"(,"messages_per_minute":2,"slow_mode_seconds":5)"), (SendPace{Seconds(30), 1}));
}

TEST(RoomRules, GiveWhatTheFirstMatchSays) {
  const auto made = rules(R"({"rules":[
    {"rooms":["staff-open","help"],"guest":["join"],"max_members":5},
    {"rooms":"staff-*","guest":[],"user":["join","history"],"presence":"off"},
    {"rooms":"*","user":["join","history","send","moderate"],"history_size":7,"message_bytes":8,"slow_mode_seconds":9}]})");
  struct Case {
    Principal principal;
    const char* room;
    const char* rights;
  };
  const Case cases[] = {
      {guest(), "staff-open", "join"},
      {guest(), "help", "join"},
      {user("ana"), "help", kAll},
      {guest(), "staff-closed", ""},
      {user("ana"), "staff-closed", "join,history"},
      {guest(), "lobby", kAll},
      {user("ana"), "lobby", "join,history,send,moderate"},
  };
  for (const auto& [principal, room, expected] : cases) EXPECT_EQ(rights(*made, principal, room), expected) << room;
  EXPECT_EQ(made->access(guest(), "help").settings->max_members, 5U);
  EXPECT_EQ(made->access(guest(), "staff-closed").settings->presence, RoomSettings::Presence::off);
  EXPECT_EQ(*made->access(guest(), "lobby").settings,
            (RoomSettings{.history_size = 7, .message_bytes = 8, .slow_mode = Seconds(9)}));
}

TEST(RoomRules, AddTheRightsOfATokenAndOfItsMembers) {
  const auto made = rules(R"({"rules":[{"rooms":"team-*","user":["presence"],"members":["join","history"]}]})");
  EXPECT_EQ(rights(*made, user("ana"), "team-1"), "presence");
  EXPECT_EQ(rights(*made, user("ana", {{"team-1", {Right::send}}}), "team-1"), "join,history,send,presence");
  EXPECT_EQ(rights(*made, user("ana", {{"team-2", {Right::send}}}), "team-1"), "presence");
  EXPECT_EQ(rights(*made, user("ana", {{"team-1", {}}}), "team-1"), "presence") << "a grant of nothing";
  EXPECT_EQ(rights(RoomRules(), user("ana", {{"*", {Right::moderate}}}), "lobby"), std::string(kAll) + ",moderate");
}

TEST(RoomRules, AddTheRightsOfNamedPersons) {
  const auto eve = to_text(person_of("eve's secret"));
  const auto made = rules(R"({"rules":[{"rooms":"*","guest":[],"user":["join"],"users":
    {"ana":["moderate"],"Bob@example.org":["send"],")" +
                          eve + R"(":["join"]}}]})");
  EXPECT_EQ(rights(*made, user("ana"), "lobby"), "join,moderate");
  EXPECT_EQ(rights(*made, user("Bob@example.org"), "lobby"), "join,send") << "by the subject of the token";
  EXPECT_EQ(rights(*made, user("cy"), "lobby"), "join");
  EXPECT_EQ(rights(*made, guest("eve's secret"), "lobby"), "join") << "a guest, by public id";
  EXPECT_EQ(rights(*made, guest(), "lobby"), "");
  EXPECT_EQ(rights(*made, user(eve), "lobby"), "join") << "a subject that looks like the guest's id is another person";
}

TEST(RoomRules, KeepDirectMessagesBetweenTwoPersonsWhateverTheySay) {
  const auto open = rules(R"({"rules":[{"rooms":"*","guest":["join","history","send","moderate"],
    "users":{"eve":["join","history","moderate"]}}]})");
  const auto eve = user("eve", {{"*", {Right::join, Right::history, Right::moderate}}});
  const auto someone = to_text(person_of("a guest"));
  for (const RoomRules& made : {RoomRules(), *open}) {
    for (const std::string room : {"dm.ana.bob"}) {
      EXPECT_EQ(rights(made, user("ana"), room), kAll) << room;
      EXPECT_EQ(rights(made, user("bob"), room), kAll) << room;
      EXPECT_EQ(rights(made, eve, room), "") << room;
      EXPECT_EQ(rights(made, guest(), room), "") << room;
    }
    EXPECT_NE(rights(made, guest(), "dm.ana." + someone), "");
    EXPECT_EQ(rights(made, guest("another"), "dm.ana." + someone), "");
    EXPECT_EQ(rights(made, user("ana", {{"*", {Right::moderate}}}), "dm.ana.bob"), kAll) << "nobody moderates it";
    EXPECT_EQ(rights(made, user("ana"), "dm.ana.ana"), kAll) << "notes to oneself";
  }
}

TEST(RoomRules, CanForbidDirectMessages) {
  const auto made = rules(R"({"rules":[{"rooms":["dm.*","inbox.*"],"guest":[],"user":["join","history"]}]})");
  EXPECT_EQ(rights(*made, user("ana"), "dm.ana.bob"), "join,history");
  EXPECT_EQ(rights(*made, guest(), "inbox." + to_text(person_of("a guest"))), "");
  EXPECT_EQ(rights(*made, user("bob"), "inbox.ana"), "") << "bob has no right to send";
}

TEST(RoomRules, KeepAnInboxForItsOwnerWhateverTheySay) {
  const auto open = rules(R"({"rules":[{"rooms":"*","guest":["join","history","send","moderate"]}]})");
  for (const RoomRules& made : {RoomRules(), *open}) {
    EXPECT_EQ(rights(made, user("ana"), "inbox.ana"), kAll);
    EXPECT_EQ(rights(made, user("bob"), "inbox.ana"), "send");
    EXPECT_EQ(rights(made, user("bob", {{"*", {Right::join, Right::moderate}}}), "inbox.ana"), "send");
    EXPECT_EQ(rights(made, guest(), "inbox.ana"), "send");
  }
}

TEST(RoomRules, GiveNobodyARightInPersonalRoomsWithoutAPerson) {
  for (const char* room :
       {"dm.bob.ana", "dm.", "dm.ana", "dm.ana.", "dm..ana", "dm.ana.bob.cy", "dm.ana.bob.", "dm.-a.ana", "inbox.",
        "inbox.ana.bob", "inbox.-a", "inbox..ana", "dm.ana.a234567890123456789012345678901"}) {
    EXPECT_EQ(rights(RoomRules(), user("ana", {{"*", {Right::join}}}), room), "") << room;
  }
  for (const char* room : {"dm", "dmx.ana", "dm-ana.bob", "inbox", "inboxes.ana", "my.dm.ana.bob"}) {
    EXPECT_EQ(rights(RoomRules(), user("ana"), room), kAll) << room << " is an ordinary room";
  }
}

TEST(RoomSettings, OfOneValueStandAtOnePlaceThatOutlivesTheRules) {
  const char* const text = R"({"rules":[{"rooms":"a","history_size":77},{"rooms":"b","history_size":77}]})";
  auto made = rules(text);
  const auto* const settings = made->access(guest(), "a").settings;
  EXPECT_EQ(made->access(guest(), "b").settings, settings);
  made.reset();
  EXPECT_EQ(settings->history_size, 77U);
  EXPECT_EQ(rules(text)->access(guest(), "a").settings, settings);
}

}  // namespace
}  // namespace chat

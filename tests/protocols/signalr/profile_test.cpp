#include "chat/protocols/hub_profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "chat/core/names.hpp"
#include "protocols/signalr/decoding.hpp"
#include "protocols/signalr/encode.hpp"
#include "protocols/signalr/hub_writer.hpp"

namespace chat {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

HubProfile profile_of(const json& profile) {
  const json file{{"hubs", {{"/hub", "mine"}}}, {"profiles", {{"mine", profile}}}};
  const auto hubs = hubs_from_text(file.dump(), "profiles.json");
  EXPECT_TRUE(hubs) << (hubs ? "" : hubs.error().message);
  return hubs ? *hubs->front().profile : HubProfile{};
}

std::string fault_of(const json& file) {
  const auto hubs = hubs_from_text(file.dump(), "profiles.json");
  return hubs ? "" : hubs.error().message;
}
std::string fault_in_profile(const json& profile) {
  return fault_of({{"hubs", {{"/hub", "mine"}}}, {"profiles", {{"mine", profile}}}});
}

/// The calls that tell a client of an event.
std::vector<json> calls(const HubProfile& profile, const Event& event) {
  std::string records;
  encode_hub(json_hub_writer(), profile, "", event, records);
  std::vector<json> all;
  for (std::size_t end; (end = records.find('\x1e')) != std::string::npos; records.erase(0, end + 1)) {
    const auto record = json::parse(records.substr(0, end));
    all.push_back({record["target"], record["arguments"]});
  }
  return all;
}

HubCommand invoked(const HubProfile& profile, const char* target, const json& arguments) {
  std::vector<HubRequest> requests;
  const json message{{"type", 1}, {"invocationId", "5"}, {"target", target}, {"arguments", arguments}};
  decode_hub_json(message.dump() + '\x1e', profile, requests);
  EXPECT_EQ(requests.size(), 1U);
  return std::move(requests.at(0).command);
}

const Message kMessage{
    7, SharedBytes(R"({"from":{"id":"u1","name":"Ana"},"text":"hi \"you\"","time":1,"node":"n","seq":3})")};
const std::string kGroup = room_of_group("Room 1");

// ---- shipped -------------------------------------------------------------------------------------------------------

TEST(ShippedProfiles, AreThree) {
  for (const char* name : {"default", "tutorial", "groups"}) EXPECT_NE(shipped_profile(name), nullptr) << name;
  EXPECT_EQ(shipped_profile("other"), nullptr);
}

TEST(ShippedProfiles, TutorialHasOneMethodAndOneCallOfTwoArguments) {
  const auto& tutorial = *shipped_profile("tutorial");
  EXPECT_THAT(calls(tutorial, Published{"lobby", "e", &kMessage}),
              ElementsAre(json{"ReceiveMessage", {"Ana", "hi \"you\""}}));
  EXPECT_THAT(calls(tutorial, Typing{"lobby", {"u1", "Ana"}}), IsEmpty());
  EXPECT_THAT(calls(tutorial, PresenceChanged{"lobby", 1, {{{"u1", "Ana"}, {}}}, {}, 1}), IsEmpty());
  EXPECT_THAT(calls(tutorial, Failure{ErrorCode::busy, "wait", {}, 0}), IsEmpty());
  EXPECT_EQ(std::get<Send>(invoked(tutorial, "sendMessage", {"Ana", "hi"})).name, "Ana");
  EXPECT_TRUE(std::holds_alternative<Call>(invoked(tutorial, "JoinRoom", {"a"}))) << "it may be the application's";
}

TEST(ShippedProfiles, GroupsSendOneTextOfWhatHappensInAGroup) {
  const auto& groups = *shipped_profile("groups");
  EXPECT_THAT(calls(groups, Published{kGroup, "e", &kMessage}), ElementsAre(json{"Send", {"u1: hi \"you\""}}));
  EXPECT_THAT(calls(groups, Published{"lobby", "e", &kMessage}),
              ElementsAre(json{"ReceiveMessage", {"Ana", "hi \"you\""}}));
  EXPECT_THAT(calls(groups, PresenceChanged{kGroup, 1, {{{"u1", "Ana"}, {}}}, {}, 1}), IsEmpty());
  const auto join = std::get<Join>(invoked(groups, "AddToGroup", {"Room 1"}));
  EXPECT_EQ(join.room, kGroup);
  EXPECT_EQ(join.history, 0U);
  EXPECT_EQ(std::get<Leave>(invoked(groups, "RemoveFromGroup", {"Room 1"})).room, kGroup);
  EXPECT_EQ(std::get<Send>(invoked(groups, "SendMessageToGroup", {"Room 1", "hi"})).content.value, "hi");
}

// ---- of a file -----------------------------------------------------------------------------------------------------

TEST(Profile, CallsWithAnyFieldOfAMessage) {
  const auto profile = profile_of({{"calls",
                                    {{"message",
                                      {{"method", "Said"},
                                       {"arguments",
                                        {"text", "user", "connectionId", "node", "room", "epoch", "offset", "time",
                                         "seq", "details", "{room}#{offset}"}}}}}}});
  const json details{{"room", "lobby"}, {"epoch", "e"}, {"offset", 7}, {"time", 1}, {"seq", 3}};
  EXPECT_THAT(calls(profile, Published{"lobby", "e", &kMessage}),
              ElementsAre(json{"Said", {"hi \"you\"", "Ana", "u1", "n", "lobby", "e", 7, 1, 3, details, "lobby#7"}}));
}

TEST(Profile, ChoosesTheCallByTheRoom) {
  const auto profile = profile_of({{"calls",
                                    {{"message",
                                      {{{"rooms", {"news-*", "hot"}}, {"method", "News"}, {"arguments", {"text"}}},
                                       {{"rooms", {"talk"}}, {"method", "Talk"}, {"arguments", {"user", "text"}}}}}}}});
  EXPECT_THAT(calls(profile, Published{"news-1", "e", &kMessage}), ElementsAre(json{"News", {"hi \"you\""}}));
  EXPECT_THAT(calls(profile, Published{"talk", "e", &kMessage}), ElementsAre(json{"Talk", {"Ana", "hi \"you\""}}));
  EXPECT_THAT(calls(profile, Published{"else", "e", &kMessage}), IsEmpty());
}

TEST(Profile, PutsArgumentsWhereTheyGo) {
  const auto profile =
      profile_of({{"room", "support"},
                  {"methods",
                   {{"Say", {{"request", "send"}, {"arguments", {"text", nullptr, "user?"}}}},
                    {"Shout", {{"request", "send"}, {"arguments", {"text"}}, {"with", {{"room", "hall"}}}}},
                    {"Writing", {{"request", "typing"}}}}}});
  const auto say = std::get<Send>(invoked(profile, "Say", {"hi", 5, "Ana"}));
  EXPECT_EQ(say.room, "support");
  EXPECT_EQ(say.content.value, "hi");
  EXPECT_EQ(say.name, "Ana");
  EXPECT_EQ(std::get<Send>(invoked(profile, "Say", {"hi", 5})).name, std::nullopt);
  EXPECT_EQ(std::get<Send>(invoked(profile, "Shout", {"hi"})).room, "hall");
  EXPECT_EQ(std::get<NotifyTyping>(invoked(profile, "Writing", json::array())).room, "support");
  EXPECT_THAT(std::get<Failure>(invoked(profile, "Say", {"hi"})).message,
              HasSubstr("Invocation provides 1 argument(s) but target expects 2."));
}

TEST(ProfileFile, GivesSeveralPathsOneProfile) {
  const auto hubs = hubs_from_text(R"({"hubs": {"/a": "tutorial", "/b/c": "default", "/d": "tutorial"}})", "p.json");
  ASSERT_TRUE(hubs);
  ASSERT_EQ(hubs->size(), 2U);
  EXPECT_THAT(hubs->at(0).paths, ElementsAre("/a", "/d"));
  EXPECT_EQ(hubs->at(0).profile, shipped_profile("tutorial"));
}

TEST(ProfileFile, IsRefusedWithThePlaceOfItsFault) {
  EXPECT_THAT(fault_of(json::array()), HasSubstr("profiles.json: must be an object"));
  EXPECT_THAT(fault_of(json::object()), HasSubstr("hubs is missing"));
  EXPECT_THAT(fault_of({{"profile", {{"a", 1}}}}), HasSubstr("profile is unknown; did you mean profiles?"));
  EXPECT_THAT(fault_of({{"hubs", json::object()}}), HasSubstr("hubs is empty"));
  EXPECT_THAT(fault_of({{"hubs", {{"a", "default"}}}}), HasSubstr("hubs.a needs a path such as /chatHub"));
  EXPECT_THAT(fault_of({{"hubs", {{"/a", "default"}, {"/A", "tutorial"}}}}), HasSubstr("is there already"));
  EXPECT_THAT(fault_of({{"hubs", {{"/a", "tutrial"}}}}), HasSubstr("did you mean tutorial?"));
  EXPECT_THAT(fault_of({{"hubs", {{"/a", "default"}}}, {"profiles", {{"default", json::object()}}}}),
              HasSubstr("profiles.default has the name of a shipped profile"));
  json many{{"hubs", json::object()}, {"profiles", json::object()}};
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    many["hubs"][std::string("/") + name] = name;
    many["profiles"][name] = {{"room", name}};
  }
  EXPECT_THAT(fault_of(many), HasSubstr("hubs uses more than 4 profiles"));
}

TEST(ProfileFile, IsRefusedWithThePlaceInTheProfile) {
  const auto method = [](const json& value) { return fault_in_profile({{"methods", {{"Say", value}}}}); };
  const auto call = [](const json& value) { return fault_in_profile({{"calls", {{"message", value}}}}); };
  EXPECT_THAT(fault_in_profile({{"method", 1}}), HasSubstr("profiles.mine.method is unknown; did you mean methods?"));
  EXPECT_THAT(fault_in_profile({{"room", "\n"}}), HasSubstr("profiles.mine.room must be the name of a room"));
  EXPECT_THAT(method({{"request", "sned"}}), HasSubstr("profiles.mine.methods.Say.request must be send, join"));
  EXPECT_THAT(method({{"request", "sned"}}), HasSubstr("did you mean send?"));
  EXPECT_THAT(method({{"request", "leave"}, {"arguments", {"user"}}}),
              HasSubstr("profiles.mine.methods.Say.arguments[0] must be room for leave"));
  EXPECT_THAT(method({{"request", "send"}, {"arguments", {"user?", "text"}}}), HasSubstr("must be optional"));
  EXPECT_THAT(method({{"request", "send"}, {"arguments", {"text", "text"}}}), HasSubstr("stands in the list already"));
  EXPECT_THAT(method({{"request", "send"}, {"stream", "out"}}), HasSubstr("Say.stream must be"));
  EXPECT_THAT(method({{"request", "send"}, {"with", {{"rom", "a"}}}}), HasSubstr("Say.with.rom must be"));
  EXPECT_THAT(fault_in_profile({{"methods", {{"Say", {{"request", "node"}}}, {"say", {{"request", "node"}}}}}}),
              HasSubstr("methods.say is there already"));
  EXPECT_THAT(call({{"arguments", {"text"}}}), HasSubstr("calls.message.method is missing"));
  EXPECT_THAT(call({{"method", "M"}, {"arguments", {"txt"}}}),
              HasSubstr("calls.message.arguments[0] must be user, text"));
  EXPECT_THAT(call({{"method", "M"}, {"arguments", {"{user"}}}), HasSubstr("has a { without a }"));
  EXPECT_THAT(call({{"method", "M"}, {"rooms", {"A B"}}}), HasSubstr("calls.message.rooms must be a list"));
  EXPECT_THAT(fault_in_profile({{"calls", {{"messages", {{"method", "M"}}}}}}), HasSubstr("did you mean message?"));
  EXPECT_THAT(fault_in_profile({{"calls", {{"joined", {{"method", "M"}, {"arguments", {"text"}}}}}}}),
              HasSubstr("calls.joined.arguments[0] must be user, connectionId or room"));
  EXPECT_THAT(fault_in_profile({{"calls", {{"left", {{"method", "a\nb"}}}}}}), HasSubstr("calls.left.method must be"));
}

}  // namespace
}  // namespace chat

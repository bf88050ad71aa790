#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "protocols/signalr/decoding.hpp"
#include "protocols/signalr/dialect.hpp"
#include "protocols/signalr/wire.hpp"

namespace chat {
namespace {

using nlohmann::json;

HubRequest one(const json& message) {
  auto requests = decode(signalr_json_codec(), message.dump() + '\x1e');
  EXPECT_EQ(requests.size(), 1U) << message;
  return requests.empty() ? HubRequest{} : std::move(requests.front());
}

HubRequest call(const char* target, const json& arguments, int type = 1) {
  return one({{"type", type}, {"invocationId", "5"}, {"target", target}, {"arguments", arguments}});
}

// ---- methods

TEST(SignalRDecode, SendsToTheLobbyUnderAName) {
  const auto send = std::get<Send>(call("SendMessage", {"Ana", "hi"}).command);
  EXPECT_EQ(send.room, "lobby");
  EXPECT_EQ(send.name, "Ana");
  EXPECT_EQ(send.content.value, "hi");
  EXPECT_EQ(send.content.kind, Content::Kind::text);
}

TEST(SignalRDecode, TakesWhatIsNoTextAsData) {
  const auto send = std::get<Send>(call("SendToRoom", {"a", "Ana", {{"x", 1}}, 3}).command);
  EXPECT_EQ(send.content.kind, Content::Kind::data);
  EXPECT_EQ(send.content.value, R"({"x":1})");
  EXPECT_EQ(send.seq, 3U);
}

TEST(SignalRDecode, TakesNullAsAMessageAndForWhatIsLeftOut) {
  for (const auto& request :
       {call("SendMessage", {"u", nullptr}), call("SendToRoom", {"a", nullptr, nullptr, nullptr})}) {
    const auto& send = std::get<Send>(request.command);
    EXPECT_EQ(send.content.kind, Content::Kind::data);
    EXPECT_EQ(send.content.value, "null");
    EXPECT_EQ(send.seq, 0U);
  }
  const auto item = std::get<UploadItem>(one({{"type", 2}, {"invocationId", "6"}, {"item", nullptr}}).command);
  EXPECT_EQ(item.content->value, "null");
  const auto hello = call("Hello", {{{"name", "Z"}, {"identity_secret", nullptr}, {"producer", nullptr}}});
  EXPECT_EQ(std::get<Hello>(hello.command).name, "Z");
  EXPECT_EQ(std::get<Hello>(hello.command).identity_secret, std::nullopt);
}

TEST(SignalRDecode, TellsAStreamThatIsAtItsEndFromOneThatWasBrokenOff) {
  const auto end = [](const json& message) { return std::get<EndUpload>(one(message).command).failure; };
  EXPECT_EQ(end({{"type", 3}, {"invocationId", "a"}}), std::nullopt);
  EXPECT_EQ(end({{"type", 3}, {"invocationId", "a"}, {"error", nullptr}}), std::nullopt);
  EXPECT_EQ(end({{"type", 3}, {"invocationId", "a"}, {"error", "boom"}})->message,
            "the client broke off the stream: boom");
  EXPECT_EQ(end({{"type", 3}, {"invocationId", "a"}, {"error", std::string(5000, 'x')}})->message,
            "the client broke off the stream");
  const auto packed = [](const json& message) {
    return std::get<EndUpload>(decode(signalr_msgpack_codec(), with_length(message)).at(0).command).failure;
  };
  EXPECT_EQ(packed({3, json::object(), "a", 2}), std::nullopt);
  EXPECT_EQ(packed({3, json::object(), "a", 3, "result"}), std::nullopt);
  EXPECT_EQ(packed({3, json::object(), "a", 1, "boom"})->message, "the client broke off the stream: boom");
}

TEST(SignalRDecode, SearchesForTheEndOfAMessageOnlyWhereItHasNotYet) {
  const auto size = [](std::string_view bytes, std::size_t searched) {
    return signalr_message_size(dialect_of(default_profile()).websocket.json, bytes, searched);
  };
  EXPECT_EQ(size("ab\x1e"
                 "cd\x1e",
                 0),
            3U);
  EXPECT_EQ(size("ab\x1e"
                 "cd\x1e",
                 3),
            6U);
  EXPECT_EQ(size("abcd", 0), 0U);
  EXPECT_EQ(size("abcd", 4), 0U);
}

TEST(SignalRDecode, GivesGroupsOfAnyNameARoom) {
  EXPECT_EQ(std::get<Join>(call("JoinRoom", {"Room 1"}).command).room, room_of_group("Room 1"));
  EXPECT_EQ(std::get<Join>(call("JoinRoom", {"lobby"}).command).room, "lobby");
  EXPECT_EQ(std::get<Send>(call("SendToRoom", {"SignalR Users", "Ana", "hi"}).command).room,
            room_of_group("SignalR Users"));
}

TEST(SignalRDecode, KnowsMethodsInAnyCase) {
  EXPECT_TRUE(std::holds_alternative<Send>(call("sendmessage", {"Ana", "hi"}).command));
  EXPECT_TRUE(std::holds_alternative<AskNode>(call("GETNODEINFO", json::array()).command));
}

TEST(SignalRDecode, MarksWhatIsToBeAnsweredWithAStream) {
  const auto request = call("StreamHistory", {"a", 40}, 4);
  EXPECT_EQ(request.id, "s5");
  EXPECT_EQ(std::get<ReadHistory>(request.command).after, 40U);
  EXPECT_EQ(code_of(call("StreamHistory", {"a"}, 1)), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("History", {"a"}, 4)), ErrorCode::bad_request);
}

TEST(SignalRDecode, OpensAnUploadItsItemsAndItsEnd) {
  const auto request = one({{"type", 1},
                            {"invocationId", "5"},
                            {"target", "UploadMessages"},
                            {"arguments", {"a", "Ana"}},
                            {"streamIds", {"6"}}});
  const auto& upload = std::get<OpenUpload>(request.command);
  EXPECT_EQ(upload.stream, "6");
  EXPECT_EQ(upload.each.room, "a");
  EXPECT_EQ(upload.each.name, "Ana");
  EXPECT_EQ(upload.each_id, "u5");
  const auto item = std::get<UploadItem>(one({{"type", 2}, {"invocationId", "6"}, {"item", "one"}}).command);
  EXPECT_EQ(item.stream, "6");
  EXPECT_EQ(item.content->value, "one");
  EXPECT_EQ(std::get<EndUpload>(one({{"type", 3}, {"invocationId", "6"}}).command).stream, "6");
  EXPECT_EQ(code_of(call("UploadMessages", {"a", "Ana"})), ErrorCode::bad_request);
  const auto large = one({{"type", 2}, {"invocationId", "6"}, {"item", std::string(5000, 'x')}});
  EXPECT_EQ(std::get<UploadItem>(large.command).content.error().code, ErrorCode::too_large);
}

TEST(SignalRDecode, ReadsWhatConnectionsSayOfThemselves) {
  EXPECT_TRUE(decode(signalr_json_codec(), "{\"type\":6}\x1e").empty());
  EXPECT_TRUE(decode(signalr_json_codec(), "{\"type\":10}\x1e").empty());
  EXPECT_TRUE(decode(signalr_msgpack_codec(), std::string_view("\x02\x91\x06", 3)).empty());
  EXPECT_TRUE(std::holds_alternative<Goodbye>(one({{"type", 7}}).command));
  EXPECT_EQ(std::get<Acknowledge>(one({{"type", 8}, {"sequenceId", 4}}).command).last, 4U);
  EXPECT_EQ(std::get<Restart>(one({{"type", 9}, {"sequenceId", 4}}).command).next, 4U);
  EXPECT_TRUE(std::holds_alternative<Cancel>(one({{"type", 5}, {"invocationId", "5"}}).command));
  EXPECT_TRUE(
      std::holds_alternative<Goodbye>(decode(signalr_msgpack_codec(), with_length({7, nullptr})).at(0).command));
}

TEST(SignalRDecode, TakesAnUnknownMethodForOneOfTheApplication) {
  const auto request = call("Nonsense", {1, "two"});
  const auto& unknown = std::get<Call>(request.command);
  EXPECT_EQ(unknown.method, "Nonsense");
  EXPECT_EQ(unknown.arguments, R"([1,"two"])");
  EXPECT_EQ(unknown.unknown.code, ErrorCode::unknown_type);
  EXPECT_EQ(unknown.unknown.message,
            "Failed to invoke 'Nonsense' due to an error on the server. HubException: Method does not exist.");
  EXPECT_EQ(code_of(call(std::string(129, 'x').c_str(), json::array())), ErrorCode::unknown_type);
}

TEST(SignalRDecode, AnswersWhatAMethodCannotTake) {
  EXPECT_EQ(code_of(call("SendMessage", {5, "hi"})), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("SendMessage", {"Ana", std::string(5000, 'x')})), ErrorCode::too_large);
  EXPECT_EQ(code_of(call("Hello", {"Ana"})), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("JoinRoom", {"a", 5})), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("JoinRoom", {nullptr})), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("Members", "lobby")), ErrorCode::bad_request);
  EXPECT_EQ(call("Nonsense", json::array()).id, "i5");
}

TEST(SignalRDecode, CountsArgumentsAsOtherHubsDo) {
  const auto refusal = [](const char* target, const json& arguments) {
    const auto request = call(target, arguments);
    EXPECT_EQ(code_of(request), ErrorCode::unknown_type);
    return std::get<Failure>(request.command).message;
  };
  const std::string failed = "Failed to invoke 'sendMessage' due to an error on the server. InvalidDataException: ";
  EXPECT_EQ(refusal("sendMessage", {"Ana"}), failed + "Invocation provides 1 argument(s) but target expects 2.");
  EXPECT_EQ(refusal("sendMessage", {"A", "b", 1}), failed + "Invocation provides 3 argument(s) but target expects 2.");
  EXPECT_THAT(refusal("JoinRoom", json::array()), testing::HasSubstr("provides 0 argument(s) but target expects 1."));
  EXPECT_THAT(refusal("JoinRoom", {"a", nullptr, 3}),
              testing::HasSubstr("provides 3 argument(s) but target expects 2."));
}

// ---- bytes that mean nothing

TEST(SignalRDecode, ReadsOnBehindARecordThatCannotBeRead) {
  const std::string good = R"({"type":1,"target":"GetNodeInfo","arguments":[]})"
                           "\x1e";
  for (const std::string& bad :
       {std::string("\x1e"), std::string("{\x1e"), std::string("{}\x1e"), std::string("[]\x1e"), std::string("5\x1e"),
        std::string("{\"type\":\"1\"}\x1e"), std::string("{\"type\":-1}\x1e"), std::string("\xff\x1e"),
        std::string(100, '[') + '\x1e', std::string("{\"type\":6}\0\x1e", 12)}) {
    const auto all = decode(signalr_json_codec(), good + bad + good);
    ASSERT_EQ(all.size(), 3U) << bad.substr(0, 40);
    EXPECT_TRUE(std::holds_alternative<AskNode>(all[0].command));
    EXPECT_EQ(code_of(all[1]), ErrorCode::bad_request);
    EXPECT_EQ(all[1].id, "");
    EXPECT_TRUE(std::holds_alternative<AskNode>(all[2].command));
  }
  EXPECT_EQ(code_of(decode(signalr_json_codec(), good + "{\"type\":6}").at(1)), ErrorCode::bad_request);
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string numbers(std::size_t count) {
  std::string out = "[0";
  for (std::size_t i = 1; i < count; ++i) out += ",0";
  return out + ']';
}

TEST(SignalRDecode, AnswersWhatJsonSaysThatNoMethodCanTakeUnderItsId) {
  for (const std::string& argument :
       {std::string(R"("\ud83d")"), std::string(R"("\ude00")"), std::string(R"("\ud83d\u0041")"),
        std::string(R"({"a":1,"a":2})"), std::string("1e400"), std::string("\"\xff\""), numbers(600), nested(10),
        nested(63), nested(64), nested(1000)}) {
    const auto all =
        decode(signalr_json_codec(), R"({"type":1,"target":"SendMessage","arguments":["A",)" + argument +
                                         R"(],"invocationId":"5"})"
                                         "\x1e{\"type\":1,\"target\":\"GetNodeInfo\",\"arguments\":[]}\x1e");
    ASSERT_EQ(all.size(), 2U) << argument.substr(0, 40);
    EXPECT_EQ(all[0].id, "i5") << argument.substr(0, 40);
    EXPECT_EQ(code_of(all[0]), ErrorCode::bad_request) << argument.substr(0, 40);
    EXPECT_TRUE(std::holds_alternative<AskNode>(all[1].command));
  }
}

TEST(SignalRDecode, TakesContentsAsDeepAndAsWideAsEveryClientReads) {
  const auto content = [](const std::string& json_text) { return call("SendMessage", {"A", json::parse(json_text)}); };
  EXPECT_TRUE(std::holds_alternative<Send>(content(nested(limits::kJsonDepth - 1)).command));
  EXPECT_TRUE(std::holds_alternative<Send>(content(numbers(limits::kJsonMembers)).command));
  EXPECT_EQ(code_of(content(nested(limits::kJsonDepth))), ErrorCode::bad_request);
  EXPECT_EQ(code_of(content(numbers(limits::kJsonMembers + 1))), ErrorCode::bad_request);
}

TEST(SignalRDecode, TellsAnItemsFaultToItsStream) {
  const auto item = decode(signalr_json_codec(), R"({"type":2,"invocationId":"6","item":"\ud83d"})"
                                                 "\x1e");
  const auto& upload = std::get<UploadItem>(item.at(0).command);
  EXPECT_EQ(upload.stream, "6");
  EXPECT_EQ(upload.content.error().code, ErrorCode::bad_request);
}

TEST(SignalRDecode, MakesOneRequestOfEachMessageThatIsCounted) {
  const auto count = [](const json& message) {
    return decode(signalr_json_codec(), message.dump() + '\x1e').size() +
           10 *
               decode(signalr_json_codec(), "{\"type\":" + message["type"].dump() + ",\"invocationId\":[]}\x1e").size();
  };
  for (int type = 1; type <= 5; ++type) EXPECT_EQ(count({{"type", type}, {"invocationId", "1"}}), 11U) << type;
}

TEST(SignalRDecode, RefusesIdsThatAreNoShortTexts) {
  for (const json& id : {json(5), json(std::string(65, 'x')), json::array()}) {
    const auto request =
        one({{"type", 1}, {"invocationId", id}, {"target", "GetNodeInfo"}, {"arguments", json::array()}});
    EXPECT_EQ(code_of(request), ErrorCode::bad_request);
    EXPECT_EQ(request.id, "");
  }
}

}  // namespace
}  // namespace chat

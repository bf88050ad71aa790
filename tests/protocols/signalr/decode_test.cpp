#include <gtest/gtest.h>

#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/formats.hpp"
#include "protocols/signalr/handshake.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/wire.hpp"

namespace chat {
namespace {

using nlohmann::json;

std::vector<HubRequest> decode(const Codec& codec, std::string_view payload) {
  std::vector<HubRequest> requests;
  (codec.is_binary() ? decode_hub_msgpack : decode_hub_json)(payload, requests);
  return requests;
}

HubRequest one(const json& message) {
  auto requests = decode(signalr_json_codec(), message.dump() + '\x1e');
  EXPECT_EQ(requests.size(), 1U) << message;
  return requests.empty() ? HubRequest{} : std::move(requests.front());
}

ErrorCode code_of(const HubRequest& request) {
  const auto* failure = std::get_if<Failure>(&request.command);
  EXPECT_NE(failure, nullptr);
  return failure == nullptr ? ErrorCode::internal : failure->code;
}

HubRequest call(const char* target, const json& arguments, int type = 1) {
  return one({{"type", type}, {"invocationId", "5"}, {"target", target}, {"arguments", arguments}});
}

// ---- handshake

HandshakeAccepted accepted_handshake(std::string_view record) {
  return std::get<HandshakeAccepted>(read_handshake(record));
}

TEST(SignalRHandshake, AgreesOnAnEncoding) {
  const auto accepted = accepted_handshake("{\"protocol\":\"messagepack\",\"version\":1}\x1e");
  EXPECT_EQ(accepted.encoding, HubEncoding::msgpack);
  EXPECT_FALSE(accepted.resumable);
}

TEST(SignalRHandshake, TakesVersionZeroOfOldClients) {
  EXPECT_FALSE(accepted_handshake("{\"protocol\":\"json\",\"version\":0}\x1e").resumable);
}

TEST(SignalRHandshake, TakesVersionTwoForAClientThatCounts) {
  EXPECT_TRUE(accepted_handshake("{\"protocol\":\"json\",\"version\":2}\x1e").resumable);
}

TEST(SignalRHandshake, RefusesWhatIsNoneOfIt) {
  for (const char* text :
       {"", "\x1e", "{}\x1e", "{\"protocol\":\"json\",\"version\":1}", "{\"protocol\":\"xml\",\"version\":1}\x1e",
        "{\"protocol\":\"json\",\"version\":3}\x1e", "{\"protocol\":\"json\",\"version\":1}\x1e behind",
        "{\"protocol\":\"json\",\"version\":\"1\"}\x1e", "{\"protocol\":5,\"version\":1}\x1e", "[]\x1e",
        "{\"type\":6}\x1e", "\xff\x1e"}) {
    EXPECT_TRUE(std::holds_alternative<HandshakeRejected>(read_handshake(text))) << text;
  }
}

TEST(SignalRHandshake, SaysAtItsEndWhy) {
  std::string out;
  signalr_handshake_codec().encode_goodbye({CloseCode::restart, "this node is leaving"}, out);
  EXPECT_EQ(out, "{\"error\":\"this node is leaving\"}\x1e");
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
    return signalr_message_size(signalr_websocket_formats().json[0], bytes, searched);
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

TEST(SignalRDecode, AnswersWhatAMethodCannotTake) {
  EXPECT_EQ(code_of(call("Nonsense", json::array())), ErrorCode::unknown_type);
  EXPECT_EQ(std::get<Failure>(call("Nonsense", json::array()).command).message,
            "Failed to invoke 'Nonsense' due to an error on the server. HubException: Method does not exist.");
  EXPECT_EQ(code_of(call("SendMessage", {"Ana"})), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("SendMessage", {"Ana", "hi", 1})), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("SendMessage", {5, "hi"})), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("SendMessage", {"Ana", std::string(5000, 'x')})), ErrorCode::too_large);
  EXPECT_EQ(code_of(call("Hello", {"Ana"})), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("JoinRoom", {"a", 5})), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("JoinRoom", json::array())), ErrorCode::bad_request);
  EXPECT_EQ(code_of(call("Members", "lobby")), ErrorCode::bad_request);
  EXPECT_EQ(call("Nonsense", json::array()).id, "i5");
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

TEST(SignalRDecode, RefusesMessagePackThatIsNotWhole) {
  const std::string good = pack_hub_msgpack(R"({"type":"send","room":"lobby","text":"hi","id":1})");
  for (std::size_t size = 1; size < good.size(); ++size) {
    const auto all = decode(signalr_msgpack_codec(), good.substr(0, size));
    ASSERT_EQ(all.size(), 1U) << size;
    EXPECT_EQ(code_of(all[0]), ErrorCode::bad_request);
    std::string cut = good.substr(0, size);
    cut[0] = static_cast<char>(size - 1);  // a length that is right, of a message that is not
    if (size > 1) {
      EXPECT_EQ(code_of(decode(signalr_msgpack_codec(), cut).at(0)), ErrorCode::bad_request) << size;
    }
  }
}

/// An invocation of SendMessage with this as the message, with its length.
std::string send_packed(const std::string& content) {
  const std::string bytes =
      "\x95\x01\x80\xa1"
      "5"
      "\xab"
      "SendMessage"
      "\x92\xa1"
      "A" +
      content;
  std::string out;
  auto size = bytes.size();
  for (; size >= 0x80; size >>= 7) out += static_cast<char>((size & 0x7f) | 0x80);
  return out + static_cast<char>(size) + bytes;
}

TEST(SignalRDecode, CarriesBytesAndTimesOfMessagePackAsText) {
  const auto text = [](const std::string& content) {
    const auto all = decode(signalr_msgpack_codec(), send_packed(content));
    const auto* send = std::get_if<Send>(&all.at(0).command);
    return send == nullptr ? "refused" : send->content.value;
  };
  using namespace std::string_literals;
  EXPECT_EQ(text("\xc4\x03\x00\x01\xff"s), "AAH/");
  EXPECT_EQ(text("\xd6\xff\x00\x00\x00\x00"s), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(text("\xd7\xff\x07\x5b\xcd\x14\x65\x53\xf1\x00"s), "2023-11-14T22:13:20.030864197Z");
  EXPECT_EQ(text("\xd7\xff\x05\xf5\xe1\x00\x65\x53\xf1\x00"s), "2023-11-14T22:13:20.025Z");
  EXPECT_EQ(text("\xc7\x0c\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"s), "1969-12-31T23:59:59.000Z");
  EXPECT_EQ(text("\xc7\x0c\xff\x00\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff"s), "refused");
  EXPECT_EQ(text("\xc7\x0c\xff\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"s), "refused");
  EXPECT_EQ(text("\x91\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"s), "[null]");  // not a number
  EXPECT_EQ(text("\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a"s), "0.1");
  EXPECT_EQ(text("\x92\xd3\xff\xff\xff\xff\xff\xff\xff\xff\xcf\x00\x00\x00\x00\x00\x00\x00\x01"s), "[-1,1]");
}

TEST(SignalRDecode, AnswersMessagePackThatNoMethodCanTakeUnderItsId) {
  const std::string next = pack_hub_msgpack(R"({"type":"node"})");
  for (const std::string& content : {
           std::string("\xa1\xff"),                    // not UTF-8
           std::string("\xa3\xed\xa0\xbd"),            // half of a surrogate pair
           std::string("\xd4\x01\x00", 3),             // an extension
           std::string("\x81\x01\x01"),                // a key that is no text
           std::string("\x82\xa1k\x01\xa1k\x01"),      // a key twice
           std::string(100, '\x91') + '\xc0',          // nested a hundred times
           "\xdc\x02\x58" + std::string(600, '\x01'),  // 600 numbers
           std::string("\xdd\xff\xff\xff\xff"),        // an array of four thousand million
           std::string("\xdb\xff\xff\xff\xff"),        // a text of four gigabytes
           std::string("\xc1"),                        // nothing
           std::string("\xc0\xc0"),                    // something behind it
           std::string(),                              // nothing at all
       }) {
    const auto all = decode(signalr_msgpack_codec(), send_packed(content) + next);
    ASSERT_EQ(all.size(), 2U) << testing::PrintToString(content);
    EXPECT_EQ(all[0].id, "i5") << testing::PrintToString(content);
    EXPECT_EQ(code_of(all[0]), ErrorCode::bad_request);
    EXPECT_TRUE(std::holds_alternative<AskNode>(all[1].command));
  }
}

TEST(SignalRDecode, ReadsOfAMessageThatIsTooLargeOnlyWhoIsToBeAnswered) {
  for (const std::size_t size : {5'000U, 17'000U, 32'000U}) {
    std::string content = "\xda";
    (content += static_cast<char>(size >> 8)) += static_cast<char>(size & 0xff);
    const auto all = decode(signalr_msgpack_codec(), send_packed(content + std::string(size, '\x01')));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].id, "i5");
    EXPECT_EQ(code_of(all[0]), ErrorCode::too_large);
  }
  const auto many = decode(signalr_msgpack_codec(), send_packed("\xdc\x40\x00" + std::string(0x4000, '\xc0')));
  EXPECT_EQ(code_of(many.at(0)), ErrorCode::too_large);
}

TEST(SignalRDecode, TakesNumbersInWhateverSizeMessagePackHasThem) {
  using namespace std::string_literals;
  for (const std::string& type : {"\x01"s, "\xcc\x01"s, "\xd0\x01"s, "\xcd\x00\x01"s, "\xd1\x00\x01"s,
                                  "\xd3\x00\x00\x00\x00\x00\x00\x00\x01"s, "\xcf\x00\x00\x00\x00\x00\x00\x00\x01"s}) {
    const std::string bytes = "\x95" + type +
                              "\x80\xa0\xab"
                              "GetNodeInfo\x90";
    const auto all = decode(signalr_msgpack_codec(), static_cast<char>(bytes.size()) + bytes);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<AskNode>(all[0].command));
    EXPECT_EQ(all[0].id, "") << "an empty id is none";
  }
}

TEST(SignalRDecode, RefusesHostileMessagePack) {
  const auto framed = [](const std::string& bytes) { return static_cast<char>(bytes.size()) + bytes; };
  for (const std::string& bytes : {
           std::string("\x80\x80\x80\x80\x80\x01", 6),                  // a length of six bytes
           std::string("\xff\xff\xff\xff\x0f", 5),                      // of four gigabytes
           std::string("\x00", 1),                                      // of nothing
           framed(std::string(100, '\x91')),                            // nested a hundred times
           framed(std::string("\xdd\xff\xff\xff\xff", 5)),              // an array of four thousand million
           framed(std::string("\xdf\xff\xff\xff\xff", 5)),              // a map of as many
           framed(std::string("\xdb\xff\xff\xff\xff", 5)),              // a text of four gigabytes
           framed(std::string("\x91\x01\x01", 3)),                      // something behind it
           framed(std::string("\x95\x01\x80\xc0\xa1\xff\x90", 7)),      // a target that is not UTF-8
           framed(std::string("\x95\x01\x80\xc0\xd4\x01\x00\x90", 8)),  // an extension
           framed(std::string("\x92\x01\x81\x01\x01", 5)),              // a key that is no text
           framed(std::string("\x92\x01\x82\xa1k\x01\xa1k\x01", 8)),    // a key twice
           framed("\x90"),
           framed("\xc0"),
           framed("\x05"),
           framed("\xa1x"),
           framed("\xc1"),
       }) {
    const auto all = decode(signalr_msgpack_codec(), bytes);
    ASSERT_EQ(all.size(), 1U) << testing::PrintToString(bytes);
    EXPECT_EQ(code_of(all[0]), ErrorCode::bad_request);
  }
}

}  // namespace
}  // namespace chat

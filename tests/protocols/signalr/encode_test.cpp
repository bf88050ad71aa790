#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "chat/base/digest.hpp"
#include "chat/core/names.hpp"
#include "protocols/golden_events.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/dialect.hpp"
#include "protocols/signalr/encode.hpp"
#include "protocols/signalr/hub_writer.hpp"

namespace chat {
namespace {

using testing::HasSubstr;

std::string encode(const Codec& codec, const RequestId& id, const Event& event) {
  std::string out;
  codec.encode(id, event, out);
  return out;
}

/// Readable bytes: 0x1E as the end of a line, MessagePack in hexadecimal.
std::string shown(const Codec& codec, std::string bytes) {
  if (codec.is_binary()) return to_hex(bytes) + '\n';
  for (char& c : bytes) c = c == '\x1e' ? '\n' : c;
  return bytes;
}

std::string golden(const Codec& codec, const std::string& name) {
  const std::string path = std::string(CHAT_GOLDEN_DIR) + '/' + std::string(codec.name()) + '/' + name + ".txt";
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

const SignalRFormats& websocket() { return dialect_of(default_profile()).websocket; }

class SignalREncode : public testing::TestWithParam<Golden> {};

TEST_P(SignalREncode, WritesExactlyTheGoldenBytes) {
  const RequestId id = GetParam().id.empty() ? RequestId() : 'i' + GetParam().id;
  for (const Codec* codec : {&signalr_json_codec(), &signalr_msgpack_codec()}) {
    EXPECT_EQ(shown(*codec, encode(*codec, id, GetParam().event)), golden(*codec, GetParam().file));
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, SignalREncode, testing::ValuesIn(golden_events()),
                         [](const auto& param) { return std::string(param.param.file); });

const Codec& detailed_codec() { return signalr_json_codec(with_details(default_profile())); }

const Message kMessage{7, SharedBytes(R"({"from":{"id":"u1","name":"Ana"},"text":"hi","time":1,"node":"n"})")};

TEST(SignalREncodeReplies, AnswersAStreamWithItemsAndACompletion) {
  EXPECT_EQ(
      shown(signalr_json_codec(), encode(signalr_json_codec(), "s4", Page{"lobby", "e", {kMessage, kMessage}, true})),
      "{\"type\":2,\"invocationId\":\"4\",\"item\":{\"type\":\"message\",\"room\":\"lobby\",\"epoch\":\"e\",\"offset\":"
      "7,"
      "\"from\":{\"id\":\"u1\",\"name\":\"Ana\"},\"text\":\"hi\",\"time\":1,\"node\":\"n\"}}\n"
      "{\"type\":2,\"invocationId\":\"4\",\"item\":{\"type\":\"message\",\"room\":\"lobby\",\"epoch\":\"e\",\"offset\":"
      "7,"
      "\"from\":{\"id\":\"u1\",\"name\":\"Ana\"},\"text\":\"hi\",\"time\":1,\"node\":\"n\"}}\n"
      "{\"type\":3,\"invocationId\":\"4\"}\n");
}

TEST(SignalREncodeReplies, SaysNothingOfAPartOfAnUpload) {
  EXPECT_TRUE(is_upload_part("u4"));
  EXPECT_FALSE(is_upload_part("i4") || is_upload_part(""));
  EXPECT_EQ(encode(signalr_json_codec(), "u4", Ack{"lobby", {"e", 1}, false}), "");
  EXPECT_EQ(encode(signalr_json_codec(), "u4", Failure{ErrorCode::not_joined, "join first", {}, 0}), "");
}

TEST(SignalREncodeReplies, SayThatAMethodIsNotThereAsOtherHubsDo) {
  EXPECT_EQ(encode(signalr_json_codec(), "i4", Failure{ErrorCode::unknown_type, "Method does not exist.", {}, 0}),
            "{\"type\":3,\"invocationId\":\"4\",\"error\":\"Method does not exist.\"}\x1e");
}

/// Of ReceiveMessage, with these names as the setting.
std::string arguments(const std::vector<std::string>& names, bool detailed = false) {
  HubProfile profile = *default_hubs({}, names).front().profile;
  if (detailed) profile = with_details(std::move(profile));
  std::string text;
  encode_hub(json_hub_writer(), profile, "", Published{"lobby", "e", &kMessage}, text);
  return text.substr(text.find('['), text.rfind(']') - text.find('[') + 1);
}

TEST(SignalREncodeReplies, GiveAHandlerExactlyWhatTheSettingSays) {
  EXPECT_EQ(arguments({"user", "message", "connectionId", "nodeId"}), R"(["Ana","hi","u1","n"])");
  EXPECT_EQ(arguments({"user", "message"}), R"(["Ana","hi"])");
  EXPECT_EQ(arguments({"room", "message", "user"}), R"(["lobby","hi","Ana"])");
  const std::string details = R"({"room":"lobby","epoch":"e","offset":7,"time":1})";
  EXPECT_EQ(arguments({"message", "details"}), "[\"hi\"," + details + "]");
  EXPECT_EQ(arguments({"message"}, true), "[\"hi\"," + details + "]");
  EXPECT_EQ(arguments({"details", "message"}, true), "[" + details + ",\"hi\"]");
}

TEST(SignalREncodeReplies, SaysNothingThatNobodyWaitsFor) {
  for (const Codec* codec : {&signalr_json_codec(), &signalr_msgpack_codec()}) {
    EXPECT_EQ(encode(*codec, "", Welcome{}), "");
    EXPECT_EQ(encode(*codec, "", Joined{}), "");
    EXPECT_EQ(encode(*codec, "", Ack{}), "");
    EXPECT_EQ(encode(*codec, "", Done{}), "");
    EXPECT_EQ(encode(*codec, "", Failure{ErrorCode::unknown_type, "no such method", {}, 0}), "");
  }
}

TEST(SignalREncodeReplies, AnswersTheHandshakeInJsonWhateverWasAgreed) {
  for (const Codec* codec : {&signalr_json_codec(), &signalr_msgpack_codec()}) {
    EXPECT_EQ(encode(*codec, RequestId(kHandshakeId), Joined{}), "{}\x1e");
    EXPECT_EQ(encode(*codec, RequestId(kHandshakeId), Failure{ErrorCode::unavailable, "no store", {}, 0}),
              "{\"error\":\"unavailable: no store\"}\x1e");
  }
}

TEST(SignalREncodeReplies, TellsWhereToGoOnAfterAGap) {
  const Failure gap{ErrorCode::out_of_sequence, "missing before it", {}, 5};
  EXPECT_THAT(encode(signalr_json_codec(), "i7", gap), HasSubstr("\"out_of_sequence: missing before it; last: 5\""));
}

TEST(SignalREncodeReplies, CallARoomAsItsGroupIsCalled) {
  const std::string room = room_of_group("Room 1");
  EXPECT_THAT(encode(signalr_json_codec(), "i1", Left{room}), HasSubstr(R"("room":"Room 1")"));
  EXPECT_THAT(encode(signalr_json_codec(), "", Typing{room, {"u", "Ana"}}), HasSubstr(R"("room":"Room 1")"));
  EXPECT_THAT(encode(detailed_codec(), "", Published{room, "e", &kMessage}), HasSubstr(R"("room":"Room 1")"));
  EXPECT_THAT(encode(signalr_json_codec(), "s1", Page{room, "e", {kMessage}, false}), HasSubstr(R"("room":"Room 1")"));
}

TEST(SignalREncodeReplies, EscapeTheNameOfAGroup) {
  const std::string room = room_of_group("a\"b\\");
  for (const std::string& sent : {encode(detailed_codec(), "", Published{room, "e", &kMessage}),
                                  encode(signalr_json_codec(), "s1", Page{room, "e", {kMessage}, false}),
                                  encode(signalr_json_codec(), "i1", Page{room, "e", {kMessage}, false}),
                                  encode(signalr_json_codec(), "i1", Joined{room, {"e", 7}, true, {kMessage}, 1})}) {
    EXPECT_THAT(sent, HasSubstr(R"("room":"a\"b\\")"));
    EXPECT_THAT(sent, testing::Not(HasSubstr(R"("a"b)")));
  }
}

TEST(SignalREncodeReplies, CarriesAForeignBodyThatCannotBeReadAsNull) {
  for (const char* body : {"{\"text\":broken}", "{\"text\":\"\xff\"}", "{\"a\":1}{", "[[[[[[[[[[[]]]]]]]]]]]"}) {
    const Message message{7, SharedBytes(body)};
    EXPECT_EQ(shown(signalr_json_codec(), encode(detailed_codec(), "", Published{"lobby", "e", &message})),
              "{\"type\":1,\"target\":\"ReceiveMessage\",\"arguments\":[\"\",null,\"\",\"\",{"
              "\"room\":\"lobby\",\"epoch\":\"e\",\"offset\":7}]}\n");
    EXPECT_NE(encode(signalr_msgpack_codec(), "", Published{"lobby", "e", &message}), "");
    EXPECT_NE(encode(signalr_msgpack_codec(), "i1", Page{"lobby", "e", {message}, false}), "");
    EXPECT_NE(encode(signalr_msgpack_codec(), "i1", Joined{"lobby", {"e", 7}, true, {message}, 1}), "");
  }
}

TEST(SignalREncodeReplies, ReadsABodyOfOddMembersAsFarAsItGoes) {
  const Message message{7, SharedBytes(R"({"from":"x","text":5,"node":[],"data":{"a":1}})")};
  EXPECT_THAT(encode(signalr_json_codec(), "", Published{"lobby", "e", &message}), HasSubstr(R"(["",{"a":1},"",""])"));
}

TEST(SignalRGoodbye, SaysWhetherToComeBackAndWhatWentWrong) {
  const auto goodbye = [](CloseReason reason) {
    std::string out;
    signalr_json_codec().encode_goodbye(reason, out);
    return out;
  };
  EXPECT_EQ(goodbye({CloseCode::restart, "this node is leaving"}), "{\"type\":7,\"allowReconnect\":true}\x1e");
  EXPECT_EQ(goodbye({CloseCode::normal, ""}), "{\"type\":7}\x1e");
  EXPECT_EQ(goodbye({CloseCode::slow, "too slow"}), "{\"type\":7,\"error\":\"too slow\",\"allowReconnect\":true}\x1e");
  EXPECT_EQ(goodbye({CloseCode::disconnected, "the application"}), "{\"type\":7,\"error\":\"the application\"}\x1e");
  EXPECT_EQ(goodbye({CloseCode::policy, "no"}), "{\"type\":7,\"error\":\"no\",\"allowReconnect\":true}\x1e");
  std::string out;
  signalr_msgpack_codec().encode_goodbye({CloseCode::policy, "no"}, out);
  EXPECT_EQ(to_hex(out),
            "06"
            "9307a26e6fc3");
}

TEST(SignalRFrames, OfTheConnectionItselfAreTheSpecifications) {
  const auto view = [](const SharedBytes& frame) { return frame.view().substr(2); };
  EXPECT_EQ(view(signalr_ping(websocket().json)), "{\"type\":6}\x1e");
  EXPECT_EQ(to_hex(signalr_ping(*websocket().msgpack).view()),
            "8203"
            "029106");
  EXPECT_EQ(view(signalr_ack(websocket().json, 9)), "{\"type\":8,\"sequenceId\":9}\x1e");
  EXPECT_EQ(view(signalr_sequence(websocket().json, 9)), "{\"type\":9,\"sequenceId\":9}\x1e");
  EXPECT_EQ(to_hex(view(signalr_sequence(*websocket().msgpack, 300))),
            "05"
            "9209cd012c");
}

TEST(SignalRFrames, AreCountedByMessages) {
  std::string long_name(300, 'x');
  for (const Format format : {websocket().json, *websocket().msgpack}) {
    std::string frames;
    append_frame(format, "", Typing{"lobby", {"u", long_name}}, frames);
    append_frame(format, "s4", Page{"lobby", "e", {kMessage, kMessage}, false}, frames);
    append_frame(format, "i4", NodeAnswer{"n", "s", "u"}, frames);
    append_frame(format, "i4", Left{"aaa"}, frames);  // a payload of 30 bytes or so, whose length is no record's end
    EXPECT_EQ(signalr_messages(format, frames), 7U);
  }
}

}  // namespace
}  // namespace chat

#include "protocols/socketio/encode.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "chat/core/names.hpp"
#include "protocols/golden_events.hpp"
#include "protocols/socketio/codec.hpp"

namespace chat {
namespace {

std::string encode(SocketIOProfile profile, const RequestId& id, const Event& event) {
  std::string out;
  socketio_codec(profile).encode(id, event, out);
  return out;
}

class SocketIOEncode : public testing::TestWithParam<Golden> {};

TEST_P(SocketIOEncode, WritesExactlyTheGoldenBytes) {
  const RequestId id = GetParam().id.empty() ? RequestId() : acknowledged_by("7");
  const std::string path = std::string(CHAT_GOLDEN_DIR) + "/socketio/" + GetParam().file + ".txt";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(encode({}, id, GetParam().event) + '\n', expected) << path;
}

INSTANTIATE_TEST_SUITE_P(Golden, SocketIOEncode, testing::ValuesIn(golden_events()),
                         [](const auto& param) { return std::string(param.param.file); });

const Message kMessage{7, SharedBytes(R"({"from":{"id":"u1","name":"Ana"},"text":"a \"b\"","time":1,"node":"n"})")};

TEST(SocketIOMessages, AreALineInTheLobbyAndAnObjectElsewhere) {
  EXPECT_EQ(encode({}, {}, Published{"lobby", "e", &kMessage}), R"(42["messageToClient","[u1]: a \"b\"","lobby:e:7"])");
  EXPECT_EQ(encode({}, {}, Published{"x", "e", &kMessage}),
            R"(42["message",{"type":"message","room":"x","epoch":"e","offset":7,"from":{"id":"u1","name":"Ana"},)"
            R"("text":"a \"b\"","time":1,"node":"n"},"x:e:7"])");
}

TEST(SocketIOMessages, NameRoomsOfAnyText) {
  const std::string room = room_of_group("a\"b\\");
  EXPECT_EQ(encode({}, {}, Published{room, "e", &kMessage}),
            R"(42["message",{"type":"message","room":"a\"b\\","epoch":"e","offset":7,"from":{"id":"u1","name":"Ana"},)"
            R"("text":"a \"b\"","time":1,"node":"n"},")" +
                room + R"(:e:7"])");
}

TEST(SocketIOMessages, AreObjectsEverywhereWithDetails) {
  EXPECT_EQ(encode({true, true}, {}, Published{"lobby", "e", &kMessage}).substr(0, 13), R"(42["message",)");
}

TEST(SocketIOMessages, HaveNoPlaceWithoutRecovery) {
  EXPECT_EQ(encode({false, false}, {}, Published{"lobby", "e", &kMessage}), R"(42["messageToClient","[u1]: a \"b\""])");
}

TEST(SocketIOMessages, OfAnyBodyCanBeRead) {
  for (const char* body :
       {"{}", "{\"text\":5}", "{\"from\":[]}", "not JSON", "{\"text\":\"x\",\"text\":\"y\"}", "{\"data\":{\"a\":1}}"}) {
    const Message junk{1, SharedBytes(body)};
    EXPECT_EQ(encode({}, {}, Published{"lobby", "e", &junk}).substr(0, 21), R"(42["messageToClient",)") << body;
  }
}

TEST(SocketIONotices, AreTheApplicationsEvents) {
  EXPECT_EQ(encode({}, {}, Notice{"", "poll", R"({"a":1})"}), R"(42["poll",{"a":1}])");
  EXPECT_EQ(encode({}, {}, Notice{"", "poll", "[1, 2]"}), R"(42["poll",1, 2])");
  EXPECT_EQ(encode({}, {}, Notice{"", "poll", "[]"}), R"(42["poll",null])");
}

TEST(SocketIONotices, EndWithNoTextThatClientsWouldTakeForTheirPlace) {
  EXPECT_EQ(encode({}, {}, Notice{"", "poll", R"("yes")"}), R"(42["poll","yes",null])");
  EXPECT_EQ(encode({}, {}, Notice{"", "poll", R"(["a","b"])"}), R"(42["poll","a","b",null])");
  EXPECT_EQ(encode({false, false}, {}, Notice{"", "poll", R"("yes")"}), R"(42["poll","yes"])");
}

TEST(SocketIONotices, HaveNoNameOfTheLibraries) { EXPECT_EQ(encode({}, {}, Notice{"", "disconnect", "1"}), ""); }

TEST(SocketIOGoodbyes, SendAwayOnlyThoseThatMayNotReturn) {
  const auto goodbye = [](CloseCode code) {
    std::string out;
    socketio_codec({}).encode_goodbye({code, "why"}, out);
    return out;
  };
  for (const auto code : {CloseCode::restart, CloseCode::slow, CloseCode::policy, CloseCode::normal}) {
    EXPECT_EQ(goodbye(code), "");
  }
  for (const auto code : {CloseCode::unauthorized, CloseCode::token_expired, CloseCode::disconnected}) {
    EXPECT_EQ(goodbye(code), "41");
  }
}

}  // namespace
}  // namespace chat

#include "apps/load/dialect.hpp"

#include <gmock/gmock.h>

namespace chat::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Identity kWho{"0a1b2c3d", 7, "room-7"};

bool read(const Dialect& dialect, std::string_view frame, ServerObject& object) { return dialect.read(frame, object); }

std::string type_of(const Dialect& dialect, std::string_view frame) {
  ServerObject object;
  return dialect.read(frame, object) ? std::string(object.type) : "unreadable";
}

std::string sent(const Dialect& dialect) {
  std::string frame;
  dialect.write_send(frame, 3, "lobby", 1, "hello");
  return frame;
}

TEST(ChatV1, FindsTheFieldsOfAMessageWhereverTheyStand) {
  ServerObject object;
  ASSERT_TRUE(read(chat_v1_dialect(),
                   R"( {"node": "n-1", "from":{"id":"x","text":"no","list":[1,{"offset":3}]}, "offset" : 58,)"
                   R"("epoch":"e","type":"message","text":"hello","room":"lobby"} )",
                   object));
  EXPECT_EQ(object.type, "message");
  EXPECT_EQ(object.room, "lobby");
  EXPECT_EQ(object.epoch, "e");
  EXPECT_EQ(object.offset, 58U);
  EXPECT_EQ(object.node, "n-1");
  EXPECT_EQ(object.text, "hello");
}

TEST(ChatV1, IsNotFooledByQuotesAndBracketsInsideTexts) {
  ServerObject object;
  ASSERT_TRUE(read(chat_v1_dialect(),
                   R"({"from":{"name":"a\"}]\\"},"messages":[{"text":"\\\" } ]"}],"type":"joined","offset":7})",
                   object));
  EXPECT_EQ(object.type, "joined");
  EXPECT_EQ(object.messages, R"([{"text":"\\\" } ]"}])");
  EXPECT_EQ(object.offset, 7U);
}

TEST(ChatV1, ReadsRepliesAndErrors) {
  ServerObject object;
  ASSERT_TRUE(read(chat_v1_dialect(), R"({"type":"ack","id":3,"room":"lobby","offset":58,"duplicate":true})", object));
  EXPECT_EQ(object.id, 3U);
  EXPECT_TRUE(object.duplicate);
  EXPECT_FALSE(object.temporary);
  ASSERT_TRUE(read(chat_v1_dialect(), R"({"type":"error","id":null,"code":"busy","temporary":true,"message":"later"})",
                   object));
  EXPECT_EQ(object.code, "busy");
  EXPECT_EQ(object.message, "later");
  EXPECT_TRUE(object.temporary);
  EXPECT_EQ(object.id, 0U);
  EXPECT_FALSE(object.duplicate);
}

TEST(ChatV1, RefusesWhatIsNoWholeObject) {
  const std::string_view whole = R"({"type":"message","from":{"name":"a"},"offset":58,"list":[1,2]})";
  EXPECT_EQ(type_of(chat_v1_dialect(), whole), "message");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(type_of(chat_v1_dialect(), whole.substr(0, size)), "unreadable") << size;
  }
  EXPECT_EQ(type_of(chat_v1_dialect(), "[]"), "unreadable");
  EXPECT_EQ(type_of(chat_v1_dialect(), "hello"), "unreadable");
}

TEST(ChatV1, GreetsAndJoinsAtOnce) {
  EXPECT_THAT(chat_v1_dialect().greeting(kWho),
              ElementsAre(HasSubstr(R"("producer":"0a1b2c3d000000000000000000000007")"),
                          R"({"type":"join","id":2,"room":"room-7","history":0})"));
  EXPECT_EQ(sent(chat_v1_dialect()), R"({"type":"send","id":3,"room":"lobby","n":1,"text":"hello"})");
}

TEST(ChatV1, JoinsAgainFromItsCursor) {
  const Identity back{"0a1b2c3d", 7, "room-7", "e1", 58};
  EXPECT_THAT(chat_v1_dialect().greeting(back),
              ElementsAre(HasSubstr("hello"),
                          R"({"type":"join","id":2,"room":"room-7","history":0,"cursor":{"epoch":"e1","offset":58}})"));
}

TEST(SocketIo, JoinsOnceTheServerHasOpenedAndConnected) {
  const Dialect& dialect = socket_io_dialect();
  EXPECT_THAT(dialect.greeting(kWho), IsEmpty());
  EXPECT_THAT(dialect.reply(type_of(dialect, R"(0{"sid":"x","upgrades":[],"pingInterval":25000})"), kWho),
              ElementsAre("40"));
  EXPECT_THAT(dialect.reply(type_of(dialect, R"(40{"sid":"y"})"), kWho), ElementsAre(R"(42["join","room-7"])"));
  EXPECT_EQ(type_of(dialect, R"(42["joined","room-7"])"), "joined");
}

TEST(SocketIo, AnswersPings) {
  EXPECT_THAT(socket_io_dialect().reply(type_of(socket_io_dialect(), "2"), kWho), ElementsAre("3"));
}

TEST(SocketIo, WrapsAndUnwrapsMessages) {
  EXPECT_EQ(sent(socket_io_dialect()), R"(42["send","lobby","hello"])");
  ServerObject object;
  ASSERT_TRUE(read(socket_io_dialect(), R"(42["message","hello"])", object));
  EXPECT_EQ(object.type, "message");
  EXPECT_EQ(object.text, "hello");
}

TEST(SocketIo, RefusesWhatIsNoEvent) {
  for (const auto* frame : {"", "5", "42", "42{}", R"(42["message","hello)", R"(42["message",7])"}) {
    EXPECT_EQ(type_of(socket_io_dialect(), frame), "unreadable") << frame;
  }
  EXPECT_THAT(socket_io_dialect().reply(type_of(socket_io_dialect(), R"(42["surprise"])"), kWho), IsEmpty());
}

TEST(Text, IsInTheRoomOfItsUrl) {
  EXPECT_TRUE(text_dialect().joins_by_connecting());
  EXPECT_EQ(text_dialect().path(""), "/ws?room={room}");
  EXPECT_EQ(text_dialect().path("/chat"), "/chat?room={room}");
  EXPECT_EQ(text_dialect().path("/chat?v=1"), "/chat?v=1&room={room}");
  EXPECT_EQ(text_dialect().path("/pubsub?id={room}"), "/pubsub?id={room}");
}

TEST(Text, IsTheMessageAndNothingElse) {
  EXPECT_EQ(sent(text_dialect()), "hello");
  ServerObject object;
  ASSERT_TRUE(read(text_dialect(), "hello", object));
  EXPECT_EQ(object.text, "hello");
}

}  // namespace
}  // namespace chat::load

#include "apps/load/dialect/dialect.hpp"

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
  EXPECT_EQ(sent(chat_v1_dialect()), R"({"type":"send","id":3,"room":"lobby","seq":1,"text":"hello"})");
}

TEST(ChatV1, SaysNothingWhenItsAddressNamesTheRoom) {
  Identity by_address = kWho;
  by_address.by_address = true;
  EXPECT_THAT(chat_v1_dialect().greeting(by_address), IsEmpty());
}

TEST(ChatV1, JoinsAgainFromItsCursor) {
  const Identity back{"0a1b2c3d", 7, "room-7", "e1", 58};
  EXPECT_THAT(chat_v1_dialect().greeting(back),
              ElementsAre(HasSubstr("hello"),
                          R"({"type":"join","id":2,"room":"room-7","history":0,"cursor":{"epoch":"e1","offset":58}})"));
}

std::vector<std::string> objects_of(const Dialect& dialect, std::string_view text) {
  std::vector<std::string> objects;
  do objects.emplace_back(dialect.take_object(text));
  while (!text.empty());
  return objects;
}

TEST(ChatV1, HasOneObjectInAMessage) { EXPECT_THAT(objects_of(chat_v1_dialect(), "{}"), ElementsAre("{}")); }

TEST(SignalR, AgreesOnJsonThenJoins) {
  EXPECT_THAT(signalr_dialect().greeting(kWho), ElementsAre("{\"protocol\":\"json\",\"version\":1}\x1e"));
  EXPECT_THAT(
      signalr_dialect().reply(type_of(signalr_dialect(), "{}"), kWho),
      ElementsAre(HasSubstr(R"("arguments":[{"name":"load 7","producer":"0a1b2c3d000000000000000000000007"}])"),
                  "{\"type\":1,\"invocationId\":\"2\",\"target\":\"JoinRoom\",\"arguments\":[\"room-7\"]}\x1e"));
  EXPECT_THAT(signalr_dialect().reply(type_of(signalr_dialect(), R"({"error":"not this protocol"})"), kWho), IsEmpty());
}

TEST(SignalR, JoinsAgainFromItsCursor) {
  const Identity back{"0a1b2c3d", 7, "room-7", "e1", 58};
  EXPECT_THAT(signalr_dialect().reply("agreed", back),
              ElementsAre(HasSubstr("Hello"), HasSubstr(R"("arguments":["room-7",{"epoch":"e1","offset":58}])")));
}

TEST(SignalR, PingsAsOftenAsTheServerDoes) {
  EXPECT_THAT(signalr_dialect().reply(type_of(signalr_dialect(), R"({"type":6})"), kWho),
              ElementsAre("{\"type\":6}\x1e"));
}

TEST(SignalR, FindsEveryRecordOfAMessage) {
  EXPECT_THAT(objects_of(signalr_dialect(), "{\"type\":6}\x1e{}\x1e"), ElementsAre(R"({"type":6})", "{}"));
}

TEST(SignalR, SendsWithANumberAndAnId) {
  EXPECT_EQ(
      sent(signalr_dialect()),
      "{\"type\":1,\"invocationId\":\"3\",\"target\":\"SendToRoom\",\"arguments\":[\"lobby\",null,\"hello\",1]}\x1e");
}

TEST(SignalR, PutsAMessageTogetherFromItsArguments) {
  ServerObject object;
  ASSERT_TRUE(read(signalr_dialect(),
                   R"({"type":1,"target":"ReceiveMessage","arguments":["Ana]\"","hello","u1","n-1",)"
                   R"({"room":"lobby","epoch":"e","offset":58,"time":1795262400123}]})",
                   object));
  EXPECT_EQ(object.type, "message");
  EXPECT_EQ(object.room, "lobby");
  EXPECT_EQ(object.epoch, "e");
  EXPECT_EQ(object.offset, 58U);
  EXPECT_EQ(object.text, "hello");
  EXPECT_EQ(object.node, "n-1");
}

TEST(SignalR, ReadsResultsAndErrorsByTheIdOfTheCall) {
  ServerObject object;
  ASSERT_TRUE(read(
      signalr_dialect(),
      R"({"type":3,"invocationId":"3","result":{"type":"ack","room":"lobby","offset":58,"duplicate":true}})", object));
  EXPECT_EQ(object.type, "ack");
  EXPECT_EQ(object.id, 3U);
  EXPECT_TRUE(object.duplicate);
  ASSERT_TRUE(read(signalr_dialect(), R"({"type":3,"invocationId":"4","error":"busy: later"})", object));
  EXPECT_EQ(object.type, "error");
  EXPECT_EQ(object.id, 4U);
  EXPECT_EQ(object.code, "busy");
  EXPECT_EQ(object.message, "later");
  EXPECT_TRUE(object.temporary);
}

TEST(SignalR, ReadsTheMessagesInAResult) {
  EXPECT_EQ(type_of(signalr_dialect(), R"({"type":"message","offset":57,"text":"missed"})"), "message");
}

TEST(SignalR, RefusesARecordThatIsNoHubMessage) {
  for (const auto* record :
       {"", "hello", "[]", R"({"type":1})", R"({"type":1,"arguments":[]})", R"({"type":3})", "{"}) {
    EXPECT_EQ(type_of(signalr_dialect(), record), "unreadable") << record;
  }
}

TEST(SocketIoText, JoinsOnceTheServerHasOpenedAndConnected) {
  const Dialect& dialect = socketio_text_dialect();
  EXPECT_THAT(dialect.greeting(kWho), IsEmpty());
  EXPECT_THAT(dialect.reply(type_of(dialect, R"(0{"sid":"x","upgrades":[],"pingInterval":25000})"), kWho),
              ElementsAre("40"));
  EXPECT_THAT(dialect.reply(type_of(dialect, R"(40{"sid":"y"})"), kWho), ElementsAre(R"(42["join","room-7"])"));
  EXPECT_EQ(type_of(dialect, R"(42["joined","room-7"])"), "joined");
}

TEST(SocketIoText, AnswersPings) {
  EXPECT_THAT(socketio_text_dialect().reply(type_of(socketio_text_dialect(), "2"), kWho), ElementsAre("3"));
}

TEST(SocketIoText, WrapsAndUnwrapsMessages) {
  EXPECT_EQ(sent(socketio_text_dialect()), R"(42["send","lobby","hello"])");
  ServerObject object;
  ASSERT_TRUE(read(socketio_text_dialect(), R"(42["message","hello"])", object));
  EXPECT_EQ(object.type, "message");
  EXPECT_EQ(object.text, "hello");
}

TEST(SocketIoText, RefusesAFrameThatIsNoEvent) {
  for (const auto* frame : {"", "5", "42", "42{}", R"(42["message","hello)", R"(42["message",7])"}) {
    EXPECT_EQ(type_of(socketio_text_dialect(), frame), "unreadable") << frame;
  }
  EXPECT_THAT(socketio_text_dialect().reply(type_of(socketio_text_dialect(), R"(42["surprise"])"), kWho), IsEmpty());
}

TEST(SocketIoChat, ConnectsWithItsProducerThenJoins) {
  const Dialect& dialect = socketio_chat_dialect();
  EXPECT_EQ(dialect.path("/"), "/socket.io/?EIO=4&transport=websocket");
  EXPECT_THAT(dialect.greeting(kWho), IsEmpty());
  EXPECT_THAT(dialect.reply(type_of(dialect, R"(0{"sid":"x","upgrades":[],"pingInterval":25000})"), kWho),
              ElementsAre(R"(40{"name":"load 7","producer":"0a1b2c3d000000000000000000000007"})"));
  EXPECT_THAT(dialect.reply(type_of(dialect, R"(40{"sid":"y","pid":"z"})"), kWho),
              ElementsAre(R"(422["join",{"room":"room-7","history":0}])"));
}

TEST(SocketIoChat, JoinsAgainFromItsCursor) {
  const Identity back{"0a1b2c3d", 7, "room-7", "e1", 58};
  EXPECT_THAT(socketio_chat_dialect().reply("connected", back),
              ElementsAre(R"(422["join",{"room":"room-7","history":0,"cursor":{"epoch":"e1","offset":58}}])"));
}

TEST(SocketIoChat, AnswersPings) {
  EXPECT_THAT(socketio_chat_dialect().reply(type_of(socketio_chat_dialect(), "2"), kWho), ElementsAre("3"));
}

TEST(SocketIoChat, SendsWithANumberAndAnId) {
  EXPECT_EQ(sent(socketio_chat_dialect()), R"(423["send",{"room":"lobby","text":"hello","id":1}])");
}

TEST(SocketIoChat, ReadsAMessageWithItsPlace) {
  ServerObject object;
  ASSERT_TRUE(read(socketio_chat_dialect(),
                   R"(42["message",{"type":"message","room":"room-7","epoch":"e","offset":58,"text":"hello",)"
                   R"("node":"n-1"},"room-7:e:58"])",
                   object));
  EXPECT_EQ(object.type, "message");
  EXPECT_EQ(object.room, "room-7");
  EXPECT_EQ(object.offset, 58U);
  EXPECT_EQ(object.text, "hello");
  EXPECT_EQ(object.node, "n-1");
}

TEST(SocketIoChat, ReadsAcknowledgementsByTheirId) {
  ServerObject object;
  ASSERT_TRUE(read(socketio_chat_dialect(), R"(433[{"type":"ack","room":"lobby","offset":58}])", object));
  EXPECT_EQ(object.type, "ack");
  EXPECT_EQ(object.id, 3U);
  EXPECT_EQ(object.offset, 58U);
  ASSERT_TRUE(read(socketio_chat_dialect(), R"(434[{"type":"error","code":"busy","temporary":true}])", object));
  EXPECT_EQ(object.type, "error");
  EXPECT_EQ(object.id, 4U);
  EXPECT_TRUE(object.temporary);
}

TEST(SocketIoChat, ReadsRefusals) {
  ServerObject object;
  ASSERT_TRUE(read(socketio_chat_dialect(),
                   R"(44{"message":"busy: later","data":{"type":"error","code":"busy","message":"later"}})", object));
  EXPECT_EQ(object.type, "error");
  EXPECT_EQ(object.code, "busy");
  ASSERT_TRUE(read(socketio_chat_dialect(), R"(42["exception",{"status":"error","code":"bad_room"}])", object));
  EXPECT_EQ(object.type, "error");
  EXPECT_EQ(object.code, "bad_room");
}

TEST(SocketIoChat, TakesNoNoticeOfTheLobbyAndOfTheEventBesideAnAcknowledgement) {
  EXPECT_EQ(type_of(socketio_chat_dialect(), R"(42["messageToClient","[x]: hello","lobby:e:1"])"), kNothing);
  EXPECT_EQ(type_of(socketio_chat_dialect(), R"(42["joined",{"type":"joined","room":"room-7"},"room-7::0"])"),
            kNothing);
}

TEST(SocketIoChat, RefusesAFrameThatIsNoPacket) {
  for (const auto* frame :
       {"", "5", "42", "42{}", R"(42["message",{"type":"mess)", R"(42["message",7])", "43", "433{}"}) {
    EXPECT_EQ(type_of(socketio_chat_dialect(), frame), "unreadable") << frame;
  }
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

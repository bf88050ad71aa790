#include "chat/hooks/hook_request.hpp"

#include <gtest/gtest.h>

#include "chat/codec/json/json_check.hpp"

namespace chat {
namespace {

TEST(HookRequest, HasWhatIsKnownAndNothingElse) {
  HookRequest join;
  join.event = HookEvent::join;
  join.time = 1'795'262'400'000;
  join.node = "chat-1";
  join.session = "s1";
  join.user = {"ana", "Ana \"A\""};
  join.room = "lobby";
  EXPECT_EQ(with_delivery(encode(join), "d1"),
            R"({"delivery":"d1","event":"join","time":1795262400000,"node":"chat-1","session":"s1",)"
            R"("user":{"id":"ana","name":"Ana \"A\""},"room":"lobby"})");
}

TEST(HookRequest, TellsTheContentOfAMessageAndThePlaceOfAStoredOne) {
  HookRequest message;
  message.event = HookEvent::message_posted;
  message.room = "lobby";
  message.content = Content{Content::Kind::text, "Olá\n"};
  message.position = Position{"e1", 7};
  EXPECT_EQ(encode(message),
            R"({"event":"message_posted","time":0,"room":"lobby","content":{"text":"Olá\n"},"epoch":"e1","offset":7})");
  message.content = Content{Content::Kind::data, "[1]"};
  message.position.reset();
  EXPECT_EQ(encode(message), R"({"event":"message_posted","time":0,"room":"lobby","content":{"data":[1]}})");
}

TEST(HookRequest, TellsTheMethodAndItsArguments) {
  HookRequest call;
  call.event = HookEvent::call;
  call.method = "Buy";
  call.arguments = R"(["book",2])";
  EXPECT_EQ(encode(call), R"({"event":"call","time":0,"method":"Buy","arguments":["book",2]})");
}

TEST(HookRequest, TellsByWhatTheApplicationRecognisesTheUser) {
  HookRequest connect;
  connect.address = "192.0.2.1";
  connect.protocol = "signalr";
  connect.path = "/chatHub";
  connect.query = "a=b";
  connect.claims = R"({"sub":"ana"})";
  connect.headers = {{"cookie", "sid=1"}, {"origin", "https://shop.example"}};
  EXPECT_EQ(encode(connect),
            R"({"event":"connect","time":0,"address":"192.0.2.1","protocol":"signalr","path":"/chatHub","query":"a=b",)"
            R"("claims":{"sub":"ana"},"headers":{"cookie":"sid=1","origin":"https://shop.example"}})");
}

TEST(HookRequest, LeavesOutTextThatIsNotUtf8) {
  HookRequest connect;
  connect.path = "/\xff";
  connect.query = "ok";
  connect.headers = {{"cookie", "\xc3("}};
  EXPECT_EQ(encode(connect), R"({"event":"connect","time":0,"query":"ok"})");
  EXPECT_FALSE(check_json(encode(connect)));
}

}  // namespace
}  // namespace chat

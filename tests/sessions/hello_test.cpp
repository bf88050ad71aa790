#include "chat/rooms/roster.hpp"
#include "protocols/chat_v1/formats.hpp"
#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

TEST_F(SessionTest, WelcomesWhoSaysHello) {
  client.say({{"type", "hello"}, {"id", 1}, {"name", "Ana"}});
  run();
  const auto welcome = client.reply(1);
  EXPECT_EQ(welcome["type"], "welcome");
  EXPECT_EQ(welcome["node"], "chat-1");
  EXPECT_EQ(welcome["user"]["name"], "Ana");
  EXPECT_THAT(welcome["user"]["id"].get<std::string>(), testing::MatchesRegex("[a-z2-7]{15}"));
  EXPECT_EQ(welcome["sender"].get<std::string>().size(), 15U);
  EXPECT_EQ(welcome["limits"]["messages_per_second"], 10);
  EXPECT_EQ(welcome["limits"]["burst"], 20);
}

TEST_F(SessionTest, PushesAWelcomeToWhoSkipsHello) {
  client.say({{"type", "node"}, {"id", 7}});
  run();
  ASSERT_EQ(client.received().size(), 2U);
  EXPECT_EQ(client.received()[0]["type"], "welcome");
  EXPECT_FALSE(client.received()[0].contains("id"));
  EXPECT_EQ(client.received()[1]["type"], "node");
  EXPECT_EQ(client.received()[1]["session"], client.received()[0]["session"]);
}

TEST_F(SessionTest, TellsWelcomeAndTheFirstRoomInOneWrite) {
  backends->hold_states = true;
  client.hello("Ana");
  client.join("lobby");
  run();
  EXPECT_EQ(client.flushes, 0);
  backends->release();
  run();
  EXPECT_EQ(client.flushes, 1);
  EXPECT_TRUE(client.has("welcome") && client.has("joined"));
}

TEST_F(SessionTest, TellsWhoseAddressNamesARoomAllInOneWrite) {
  backends->hold_states = true;
  // The answer to the upgrade; here a frame, so that a test can tell it from the next frames.
  client.session().send_control(frame_of(chat_v1_formats().websocket, R"({"type":"first"})"));
  client.join_by_url("lobby");
  run();
  EXPECT_EQ(client.flushes, 0);
  backends->release();
  run();
  EXPECT_EQ(client.flushes, 1);
  ASSERT_EQ(client.received().size(), 3U);
  EXPECT_EQ(client.received()[0]["type"], "first");
  EXPECT_EQ(client.received()[1]["type"], "welcome");
  EXPECT_EQ(client.received()[2]["type"], "joined");
  EXPECT_FALSE(client.received()[2].contains("id"));
}

TEST_F(SessionTest, TellsWhoseAddressNamesNoRoomWhy) {
  client.join_by_url("No Room");
  run();
  EXPECT_EQ(client.last("error")["code"], "bad_room");
}

TEST_F(SessionTest, WelcomesAlsoWhoLeavesTheFirstRoomBeforeTheAnswer) {
  joined("lobby", "Bo");
  backends->hold_states = true;
  client.hello("Ana");
  client.say({{"type", "join"}, {"room", "lobby"}, {"cursor", {{"epoch", "another"}, {"offset", 1}}}});
  client.say({{"type", "leave"}, {"room", "lobby"}});
  run();
  EXPECT_TRUE(client.has("welcome"));
}

TEST_F(SessionTest, WelcomesAlsoWhoAsksForNoReplyToTheFirstJoin) {
  client.hello("Ana");
  client.say({{"type", "join"}, {"room", "lobby"}});
  run();
  EXPECT_TRUE(client.has("welcome"));
}

TEST_F(SessionTest, IsOnePersonInAllTabsWithOneSecret) {
  FakeClient& other = node.connect();
  FakeClient& stranger = node.connect();
  client.hello("Ana", "0123456789abcdef0123456789abcdef", "producer-of-tab-1");
  other.hello("Ana", "0123456789abcdef0123456789abcdef", "producer-of-tab-2");
  stranger.hello("Ana", "another-secret-of-somebody");
  run();
  const auto mine = client.last("welcome"), others = other.last("welcome");
  EXPECT_EQ(mine["user"]["id"], others["user"]["id"]);
  EXPECT_NE(mine["sender"], others["sender"]);
  EXPECT_NE(mine["session"], others["session"]);
  EXPECT_NE(mine["user"]["id"], stranger.last("welcome")["user"]["id"]);
}

TEST_F(SessionTest, KeepsItsSenderAcrossConnectionsWithOneProducer) {
  FakeClient& next = node.connect();
  for (FakeClient* tab : {&client, &next}) tab->hello("Ana", "0123456789abcdef", "producer-0123456789");
  run();
  EXPECT_EQ(client.last("welcome")["sender"], next.last("welcome")["sender"]);
}

TEST_F(SessionTest, IsItsOwnSenderWhenAProducerIsAllThatIsKnownOfIt) {
  client.say({{"type", "hello"}, {"producer", "producer-0123456789"}});
  client.join("lobby");
  run();
  client.say({{"type", "send"}, {"id", "said"}, {"room", "lobby"}, {"text", "hi"}, {"seq", 1}});
  run();
  EXPECT_EQ(client.last("welcome")["sender"], client.last("welcome")["user"]["id"]);
  EXPECT_EQ(client.last("message")["seq"], 1);
  EXPECT_FALSE(client.last("message").contains("sender"));
  client.say({{"type", "hello"}, {"id", "again"}, {"producer", "producer-9876543210"}});
  run();
  EXPECT_EQ(client.reply("again")["user"]["id"], client.last("message")["from"]["id"]) << "the same person";
  EXPECT_NE(client.reply("again")["sender"], client.reply("again")["user"]["id"]) << "with another producer";
}

TEST_F(SessionTest, KeepsItsSenderWhenItOnlyChangesItsName) {
  client.hello("Ana", "0123456789abcdef", "producer-0123456789");
  run();
  const auto before = client.last("welcome")["sender"];
  client.hello("Anna", "0123456789abcdef");
  run();
  EXPECT_EQ(client.last("welcome")["user"]["name"], "Anna");
  EXPECT_EQ(client.last("welcome")["sender"], before);
}

TEST_F(SessionTest, RefusesNamesAndSecretsThatAreNone) {
  for (const json& hello :
       {json{{"name", ""}}, json{{"name", "  "}}, json{{"name", "a\nb"}}, json{{"name", std::string(65, 'x')}},
        json{{"identity_secret", "short"}}, json{{"producer", "short"}}, json{{"name", 5}}}) {
    json request = hello;
    request["type"] = "hello";
    request["id"] = 1;
    client.forget();
    client.say(request);
    run();
    EXPECT_EQ(client.reply(1)["code"], "bad_request") << hello;
  }
}

TEST_F(SessionTest, BecomesAnotherPersonInAllItsRooms) {
  client.hello("Ana", "0123456789abcdef");
  client.join("lobby");
  run();
  client.hello("Bo", "fedcba9876543210");
  run();
  run_until(loop, [&] { return client.last("presence")["joined"][0]["name"] == "Bo"; });
  clock.advance(Roster::kGrace);
  run_until(loop, [&] { return client.last("presence")["left"][0]["name"] == "Ana"; });
  EXPECT_EQ(client.last("presence")["count"], 1);
  client.disconnect();
  run();
}

}  // namespace
}  // namespace chat

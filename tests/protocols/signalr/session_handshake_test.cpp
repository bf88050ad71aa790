#include "protocols/signalr/limits.hpp"
#include "protocols/signalr/signalr_session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using HubHandshake = SignalRSession;

TEST_F(HubHandshake, IsAnsweredWhenTheClientIsInTheLobby) {
  FakeClient& other = joined("lobby", "Bo");
  agree();
  other.send("lobby", "hi");
  run();
  ASSERT_THAT(client.calls("ReceiveMessage"), SizeIs(1));
  const auto arguments = client.calls("ReceiveMessage")[0];
  EXPECT_EQ(arguments[0], "Bo");
  EXPECT_EQ(arguments[1], "hi");
  EXPECT_EQ(arguments[2], other.session().person().user_id());
  EXPECT_EQ(arguments[3], "chat-1");
  EXPECT_EQ(arguments.size(), 4U);
}

TEST_F(HubHandshake, IsOfAClientThatMayHaveAskedForDetails) {
  FakeClient& other = joined("lobby", "Bo");
  client.reconnect({}, with_details(default_profile()));
  agree();
  other.send("lobby", "hi");
  run();
  ASSERT_THAT(client.calls("ReceiveMessage"), SizeIs(1));
  EXPECT_EQ(client.calls("ReceiveMessage")[0][4]["offset"], 1);
}

TEST_F(HubHandshake, IsAnsweredWithoutWhatWasSaidBefore) {
  joined("lobby").send("lobby", "old");
  run();
  agree();
  EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(HubHandshake, IsMissingAtOnceWhereAClientGoesOnWithAnotherConnection) {
  client.say_raw(std::string("\x03\x92\x09\x05", 4));  // Sequence 5 in MessagePack: no record of JSON ends there
  run();
  EXPECT_EQ(client.close_code(), static_cast<int>(CloseCode::protocol_error));
}

TEST_F(HubHandshake, GoesBeforeAnythingElse) {
  node.rooms.on_available(0, false);
  node.shards.front().post(to_shard::Drain{Seconds(10)});
  run();
  EXPECT_THAT(client.received(), IsEmpty());
}

TEST_F(HubHandshake, TakesWhatStandsBehindItWhenTheLobbyIsEntered) {
  client.say_raw(
      "{\"protocol\":\"json\",\"version\":1}\x1e"
      "{\"type\":1,\"invocationId\":\"0\",\"target\":\"SendMessage\",\"arguments\":[\"Ana\",\"hi\"]}\x1e");
  client.invoke("1", "SendMessage", {"Ana", "there"});
  run();
  ASSERT_FALSE(client.received().empty());
  EXPECT_EQ(client.received()[0], json::object());
  EXPECT_EQ(client.completion("0")["result"]["offset"], 1);
  EXPECT_EQ(client.completion("1")["result"]["offset"], 2);
  EXPECT_THAT(heard(), ElementsAre("hi", "there"));
}

TEST_F(HubHandshake, StaysAMemberOfTheLobbyWhenJoinsStandBehindIt) {
  client.say_raw("{\"protocol\":\"json\",\"version\":1}\x1e");
  for (const auto* room : {"a", "b", "c"}) client.invoke(room, "JoinRoom", {room});
  run();
  FakeClient& other = joined("lobby", "Bo");
  other.send("lobby", "hi");
  run();
  EXPECT_THAT(heard(), ElementsAre("hi"));
  client.invoke("d", "LeaveRoom", {"lobby"});
  run();
  other.send("lobby", "unheard");
  run();
  EXPECT_THAT(heard(), ElementsAre("hi"));
}

/// With GetNodeInfo as often, 1 KiB each.
std::string one_turn_of(int count) {
  std::string turn;
  for (int i = 0; i < count; ++i) {
    std::string call =
        R"({"type":1,"invocationId":")" + std::to_string(i) + R"(","target":"GetNodeInfo","arguments":[)";
    call.resize(1021, ' ');
    turn += call + "]}\x1e";
  }
  return turn;
}

TEST_F(HubHandshake, AnswersAsMuchBehindItInOneMessageAsLater) {
  client.say_raw("{\"protocol\":\"json\",\"version\":1}\x1e" + one_turn_of(40));
  run();
  EXPECT_EQ(client.close_code(), std::nullopt);
  FakeHubClient other(node.shards.front());
  other.shake_hands();
  run();
  other.say_raw(one_turn_of(40));
  run();
  EXPECT_THAT(client.all(3), SizeIs(40));
  for (int i = 0; i < 40; ++i) {
    const auto id = std::to_string(i);
    EXPECT_EQ(client.completion(id).contains("result"), other.completion(id).contains("result")) << i;
  }
  other.disconnect();
  run();
}

TEST_F(HubHandshake, HoldsNoMoreBehindItThanComesInOneTurn) {
  client.say_raw("{\"protocol\":\"json\",\"version\":1}\x1e" + std::string(limits::kHubTransportBytes, ' '));
  EXPECT_EQ(client.close_code(), std::nullopt);
  client.say_raw(" ");
  run();
  EXPECT_EQ(client.close_code(), 1009);
}

TEST_F(HubHandshake, HoldsNoHubMessageThatIsTooLong) {
  client.say_raw("{\"protocol\":\"json\",\"version\":1}\x1e" + std::string(limits::kHubMessageBytes + 1, ' '));
  run();
  EXPECT_EQ(client.close_code(), 1009);
}

TEST_F(HubHandshake, MayComeInPieces) {
  for (const char c : std::string("{\"protocol\":\"json\",\"version\":1}\x1e")) client.say_raw({&c, 1});
  run();
  EXPECT_THAT(client.received(), ElementsAre(json::object()));
}

TEST_F(HubHandshake, RefusesAnUnknownProtocol) {
  client.say({{"protocol", "xml"}, {"version", 1}});
  run();
  EXPECT_THAT(client.received(), ElementsAre(json{{"error", "the protocols spoken here are json and messagepack"}}));
  EXPECT_EQ(client.close_code(), 1002);
  EXPECT_TRUE(client.finished);
}

TEST_F(HubHandshake, IsRefusedWhileTheLobbyCannotBeEntered) {
  backends->fail_states = true;
  client.shake_hands();
  run();
  ASSERT_FALSE(client.received().empty());
  EXPECT_TRUE(client.received()[0].contains("error"));
  EXPECT_EQ(client.close_code(), 1011);
}

TEST_F(HubHandshake, HasFifteenSeconds) {
  pass(Seconds(14));
  EXPECT_FALSE(client.finished);
  pass(Seconds(2));
  EXPECT_THAT(client.received(), ElementsAre(json{{"error", "no handshake in time"}}));
  EXPECT_EQ(client.close_code(), 4408);
}

}  // namespace
}  // namespace chat

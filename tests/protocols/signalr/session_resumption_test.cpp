#include "protocols/signalr/signalr_session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(SignalRSession, AcknowledgesWhatIsCounted) {
  agree_resumable();
  client.say({{"type", 6}});
  run();
  EXPECT_THAT(client.all(8), IsEmpty());
  client.invoke("0", "GetNodeInfo", json::array());
  client.invoke("1", "GetNodeInfo", json::array());
  run();
  EXPECT_EQ(client.all(8).back(), (json{{"type", 8}, {"sequenceId", 2}}));
}

TEST_F(SignalRSession, SaysAgainOverAnotherSocketWhatTheClientDoesNotHave) {
  agree_resumable();
  FakeClient& other = joined("lobby", "Bo");
  pass(Seconds(1));
  client.forget();
  other.send("lobby", "one");
  run();
  const auto arrived = client.received().size();
  detach();
  other.send("lobby", "two");
  run();
  EXPECT_THAT(client.received(), SizeIs(arrived));
  EXPECT_TRUE(is_resumable());
  client.forget();
  go_on(1);
  ASSERT_FALSE(client.received().empty());
  EXPECT_EQ(client.received()[0], (json{{"type", 9}, {"sequenceId", 1}}));
  EXPECT_THAT(heard(), ElementsAre("one", "two"));
}

TEST_F(SignalRSession, ForgetsTheHalfMessageOfASocketThatWasCut) {
  agree_resumable();
  const auto whole = invocation(0, "SendMessage", {"A", "one"});
  client.say_raw(whole.substr(0, 20));
  detach();
  client.forget();
  go_on(1);
  client.say_raw(whole);
  run();
  EXPECT_EQ(client.completion("0")["result"]["offset"], 1);
}

TEST_F(SignalRSession, DoesNotSayAgainWhatWasAcknowledged) {
  agree_resumable();
  client.invoke("0", "SendMessage", {"Ana", "one"});
  run();
  const auto counted = client.all(1).size() + client.all(3).size();
  client.say({{"type", 8}, {"sequenceId", counted}});
  detach();
  client.forget();
  go_on(2);
  EXPECT_THAT(client.received(), ElementsAre(json{{"type", 9}, {"sequenceId", counted + 1}}));
}

TEST_F(SignalRSession, DoesNotDoAgainWhatItHasDone) {
  agree_resumable();
  client.invoke("0", "SendMessage", {"Ana", "one"});
  run();
  detach();
  client.forget();
  go_on(1);
  client.invoke("0", "SendMessage", {"Ana", "one"});
  client.invoke("1", "SendMessage", {"Ana", "two"});
  run();
  EXPECT_EQ(client.completion("1")["result"]["offset"], 2);
  EXPECT_EQ(client.all(8).back()["sequenceId"], 2);
}

TEST_F(SignalRSession, CountsMessagesThatCannotBeServedToo) {
  agree_resumable();
  const std::string bad = R"({"type":1,"invocationId":"0","target":"SendMessage","arguments":["A","\ud83d"]})"
                          "\x1e",
                    unreadable = "x\x1e",
                    ack = R"({"type":8,"sequenceId":"none"})"
                          "\x1e";
  client.say_raw(bad + unreadable + ack + invocation(1, "SendMessage", {"A", "B"}) +
                 invocation(2, "SendMessage", {"A", "C"}) + invocation(3, "SendMessage", {"A", "D"}));
  run();
  EXPECT_EQ(client.all(8).back()["sequenceId"], 5);
  detach();
  client.forget();
  go_on(5);
  client.invoke("3", "SendMessage", {"A", "D"});
  client.invoke("4", "SendMessage", {"A", "E"});
  run();
  EXPECT_EQ(client.completion("4")["result"]["offset"], 4);
  EXPECT_THAT(heard(), ElementsAre("B", "C", "D", "E"));
}

TEST_F(SignalRSession, IsToldNothingOverAnotherSocketBeforeItHasSaidWhereItGoesOn) {
  agree_resumable();
  FakeClient& other = joined("lobby", "Bo");
  detach();
  client.forget();
  other.send("lobby", "one");
  client.say({{"type", 6}});
  client.invoke("0", "SendMessage", {"Ana", "of another connection"});
  pass(Seconds(20));
  EXPECT_THAT(client.received(), IsEmpty());
  go_on(1);
  EXPECT_THAT(heard(), ElementsAre("one"));
}

TEST_F(SignalRSession, LosesItsSocketWithoutAGoodbyeWhenTheNodeLeaves) {
  agree_resumable();
  client.session().close({CloseCode::restart, "this node is leaving, come back"});
  run();
  EXPECT_THAT(client.received(), IsEmpty());
  EXPECT_TRUE(client.finished);
  EXPECT_FALSE(is_resumable());
}

TEST_F(SignalRSession, EndsWhenTheClientSkipsSomething) {
  agree_resumable();
  client.say({{"type", 9}, {"sequenceId", 2}});
  run();
  EXPECT_TRUE(client.finished);
  EXPECT_FALSE(is_resumable());
  EXPECT_THAT(client.received(), IsEmpty()) << "it comes back because its socket is gone";
}

TEST_F(SignalRSession, HasNoNumbersWithoutHavingAskedForThem) {
  client.reconnect({"a token of sixteen", false});
  agree(2);
  EXPECT_FALSE(is_resumable());
  client.say({{"type", 8}, {"sequenceId", 1}});
  run();
  EXPECT_FALSE(client.finished);
  client.say({{"type", 9}, {"sequenceId", 1}});
  run();
  EXPECT_EQ(client.close_code(), 1002);
}

TEST_F(SignalRSession, WaitsHalfAMinuteForAnotherSocket) {
  agree_resumable();
  detach();
  pass(Seconds(29));
  EXPECT_FALSE(client.aborted);
  pass(Seconds(15));
  EXPECT_TRUE(client.aborted);
  EXPECT_THAT(client.all(6), SizeIs(0));
}

TEST_F(SignalRSession, GivesUpWithoutASocketWhenMoreIsSaidThanIsKept) {
  agree_resumable();
  FakeClient& other = joined("lobby", "Bo");
  detach();
  for (int i = 0; i < 40 && !client.aborted; ++i) {
    clock.advance(Seconds(1));
    other.say({{"type", "send"}, {"room", "lobby"}, {"text", std::string(4000, 'x')}});
    run();
  }
  EXPECT_TRUE(client.aborted);
  EXPECT_FALSE(is_resumable());
}

}  // namespace
}  // namespace chat

#include "chat/core/person_id.hpp"
#include "protocols/signalr/limits.hpp"
#include "sessions/session_fixture.hpp"
#include "support/fake_hub_client.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class SignalRSession : public OneNode {
 protected:
  FakeHubClient client{node.shards.front()};

  void detach() { client.session().dialogue().detach(client.session()); }
  bool is_resumable() { return client.session().is_resumable(); }

  ~SignalRSession() override {
    client.disconnect();
    run();
  }
  void agree(int version = 1) {
    client.shake_hands(version);
    run();
    EXPECT_THAT(client.received(), ElementsAre(json::object()));
    client.forget();
  }
  void agree_resumable() {
    client.reconnect({"a token of sixteen", true});
    agree(2);
  }
  /// Over another socket, with its message `next` first.
  void go_on(int next) {
    client.say({{"type", 9}, {"sequenceId", next}});
    run();
  }
  void pass(Milliseconds time) {
    for (; time > Milliseconds{0}; time -= Seconds(1)) {
      clock.advance(Seconds(1));
      for (auto& shard : node.shards) shard.tick();
    }
    run();
  }
  std::vector<std::string> heard() const {
    std::vector<std::string> texts;
    for (const auto& arguments : client.calls("ReceiveMessage")) texts.push_back(arguments[1]);
    return texts;
  }
};

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
  client.reconnect({}, true);
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

TEST_F(SignalRSession, IsKnownByTheTokenItWasNegotiatedWith) {
  client.reconnect({"a token of sixteen", false});
  agree();
  client.invoke("0", "GetNodeInfo", json::array());
  run();
  EXPECT_EQ(client.completion("0")["result"]["connectionId"], to_text(person_of("a token of sixteen")));
  EXPECT_THAT(client.calls("NodeInfo"), ElementsAre(json{"chat-1", client.session().person().user_id()}));
}

TEST_F(SignalRSession, TakesTheNameItSpeaksUnder) {
  FakeClient& other = joined("lobby", "Bo");
  agree();
  client.invoke("0", "SendMessage", {"Ana", "hi"});
  run();
  EXPECT_EQ(other.last("message")["from"]["name"], "Ana");
  EXPECT_EQ(other.last("message")["from"]["id"], client.session().person().user_id());
}

TEST_F(SignalRSession, BecomesAnotherPersonWhereverItIs) {
  agree();
  FakeClient& other = joined("lobby", "Bo");
  const auto before = client.session().person().user_id();
  client.invoke("0", "Hello", {{{"name", "Ana"}, {"producer", "0123456789abcdef"}}});
  run();
  const auto id = client.completion("0")["result"]["user"]["id"].get<std::string>();
  EXPECT_NE(id, before);
  clock.advance(Seconds(10));
  other.say({{"type", "members"}, {"id", 1}, {"room", "lobby"}});
  run();
  client.invoke("1", "SendToRoom", {"lobby", "Ana", "hi", 1});
  client.invoke("2", "SendToRoom", {"lobby", "Ana", "hi", 1});
  run();
  EXPECT_EQ(client.completion("1")["result"]["duplicate"], false);
  EXPECT_EQ(client.completion("2")["result"]["duplicate"], true);
}

TEST_F(SignalRSession, AnswersWhatHasNoOtherAnswer) {
  agree();
  client.invoke("0", "Typing", {"lobby"});
  run();
  EXPECT_EQ(client.completion("0"), (json{{"type", 3}, {"invocationId", "0"}}));
}

TEST_F(SignalRSession, EndsWhenTheClientSaysSo) {
  agree();
  client.say({{"type", 7}});
  run();
  EXPECT_EQ(client.received().back(), (json{{"type", 7}}));
  EXPECT_EQ(client.close_code(), 1000);
}

std::string invocation(int id, const std::string& target, const json& arguments) {
  const json message{{"type", 1}, {"invocationId", std::to_string(id)}, {"target", target}, {"arguments", arguments}};
  return message.dump() + '\x1e';
}

/// Hub messages of one turn, joined into one message as official clients do.
class OneTurn : public SignalRSession, public testing::WithParamInterface<std::pair<int, int>> {};

TEST_P(OneTurn, IsAnsweredMessageByMessage) {
  agree();
  const auto [count, size] = GetParam();
  std::string turn;
  for (int i = 0; i < count; ++i) {
    turn += invocation(i, "SendMessage", {"A", std::string(static_cast<std::size_t>(size), 'x')});
  }
  client.say_raw(turn);
  run();
  int stored = 0;
  for (int i = 0; i < count; ++i) {
    const auto completion = client.completion(std::to_string(i));
    if (completion.contains("result")) {
      EXPECT_EQ(completion["result"]["offset"], ++stored);
    } else {
      EXPECT_TRUE(completion.value("error", "").starts_with("rate_limited: ")) << completion;
    }
  }
  EXPECT_EQ(stored, 20);
  EXPECT_THAT(heard(), SizeIs(20));
  EXPECT_EQ(client.close_code(), std::nullopt);
}
INSTANTIATE_TEST_SUITE_P(Joined, OneTurn, testing::Values(std::pair(36, 900), std::pair(300, 100), std::pair(600, 1)));

TEST_F(SignalRSession, TakesHubMessagesInPiecesOfAnySize) {
  agree();
  const std::string said = invocation(0, "SendMessage", {"A", "one"}) + invocation(1, "SendMessage", {"A", "two"}) +
                           invocation(2, "SendMessage", {"A", "three"});
  for (std::size_t size : {1U, 7U, 100U, 150U}) {
    clock.advance(Seconds(10));
    client.forget();
    for (std::size_t at = 0; at < said.size(); at += size) client.say_raw(said.substr(at, size));
    run();
    EXPECT_THAT(heard(), ElementsAre("one", "two", "three")) << size;
  }
}

TEST_F(SignalRSession, HoldsTheBeginningOfAMessageWhileNothingIsAddedToIt) {
  agree();
  const auto said = invocation(0, "SendMessage", {"A", "one"});
  client.say_raw(std::string(32'000, ' ') + said.substr(0, 20));
  for (int i = 0; i < 100'000; ++i) client.say_raw("");
  client.say_raw(said.substr(20));
  run();
  EXPECT_THAT(heard(), ElementsAre("one"));
}

TEST_F(SignalRSession, EndsAtAHubMessageOfMoreThan32KiBAndMayComeBack) {
  agree();
  client.say_raw(invocation(0, "SendMessage", {"A", "one"}));
  client.say_raw(std::string(limits::kHubMessageBytes, ' '));
  run();
  EXPECT_EQ(client.close_code(), std::nullopt);
  client.say_raw(" ");
  run();
  EXPECT_EQ(client.close_code(), 1009);
  EXPECT_EQ(client.received().back(),
            (json{{"type", 7}, {"error", "a hub message of more than 32 KiB"}, {"allowReconnect", true}}));
  EXPECT_THAT(heard(), ElementsAre("one"));
}

TEST_F(SignalRSession, AnswersABadMessageUnderItsIdAndReadsOn) {
  agree();
  client.say_raw(R"({"type":1,"invocationId":"0","target":"SendMessage","arguments":["A","\ud83d"]})"
                 "\x1e" +
                 invocation(1, "SendMessage", {"A", "good"}));
  run();
  EXPECT_EQ(client.completion("0")["error"], "bad_request: a text with half of a surrogate pair");
  EXPECT_EQ(client.completion("1")["result"]["offset"], 1);
}

TEST_F(SignalRSession, MayComeBackAfterTooManyMistakes) {
  agree();
  for (int i = 0; i < 30; ++i) client.invoke(std::to_string(i), "Nonsense", json::array());
  run();
  EXPECT_EQ(client.received().back()["type"], 7);
  EXPECT_EQ(client.received().back()["allowReconnect"], true);
}

TEST_F(SignalRSession, CountsMethodsThatAreNotThereAsMistakes) {
  agree();
  for (int i = 0; i < 30; ++i) client.say({{"type", 1}, {"target", "Nonsense"}, {"arguments", json::array()}});
  run();
  EXPECT_THAT(client.all(1), IsEmpty());
  EXPECT_EQ(client.close_code(), 1008);
}

TEST_F(SignalRSession, IsPingedAndGivenUpAfterHalfAMinuteOfSilence) {
  agree();
  pass(Seconds(11));
  EXPECT_THAT(client.all(6), SizeIs(1));
  pass(Seconds(15));
  EXPECT_FALSE(client.aborted);
  pass(Seconds(15));
  EXPECT_TRUE(client.aborted);
}

TEST_F(SignalRSession, IsClosedAtAMomentOfItsOwnWhenTheNodeLeaves) {
  agree();
  node.shards.front().post(to_shard::Drain{Seconds(5)});
  run();
  ASSERT_THAT(client.calls("Reconnect"), SizeIs(1));
  pass(Seconds(6));
  EXPECT_EQ(client.received().back(), (json{{"type", 7}, {"allowReconnect", true}}));
  EXPECT_EQ(client.close_code(), 1012);
}

// ---- streams

TEST_F(SignalRSession, SendsEachItemOfAnUpload) {
  agree();
  client.say({{"type", 1},
              {"invocationId", "0"},
              {"target", "UploadMessages"},
              {"arguments", {"lobby", "Ana"}},
              {"streamIds", {"1"}}});
  for (const char* text : {"one", "two"}) client.say({{"type", 2}, {"invocationId", "1"}, {"item", text}});
  client.say({{"type", 2}, {"invocationId", "unknown"}, {"item", "nowhere"}});
  run();
  EXPECT_TRUE(client.completion("0").is_null());
  client.say({{"type", 3}, {"invocationId", "1"}});
  client.say({{"type", 2}, {"invocationId", "1"}, {"item", "late"}});
  run();
  EXPECT_EQ(client.completion("0"), (json{{"type", 3}, {"invocationId", "0"}}));
  EXPECT_THAT(heard(), ElementsAre("one", "two"));
}

TEST_F(SignalRSession, EndsAnUploadWithAnErrorIfSomethingOfItIsRefused) {
  agree();
  const auto open = [this](const std::string& id) {
    client.say({{"type", 1},
                {"invocationId", id},
                {"target", "UploadMessages"},
                {"arguments", {"lobby", "Ana"}},
                {"streamIds", {"s" + id}}});
  };
  const auto item = [this](const std::string& id, const std::string& text) {
    client.say({{"type", 2}, {"invocationId", "s" + id}, {"item", text}});
  };
  const auto end = [this](const std::string& id) { client.say({{"type", 3}, {"invocationId", "s" + id}}); };
  open("0");
  for (const std::string& text : {std::string("one"), std::string(5000, 'x'), std::string("three")}) item("0", text);
  end("0");
  run();
  EXPECT_THAT(client.completion("0").value("error", ""), testing::StartsWith("too_large: "));
  open("1");
  for (int i = 0; i < 30; ++i) item("1", "fast");
  end("1");
  run();
  EXPECT_THAT(client.completion("1").value("error", ""), testing::StartsWith("rate_limited: "));
  EXPECT_THAT(client.all(3), SizeIs(2)) << "each is completed once";
  pass(Seconds(10));
  backends->fail_appends = true;
  open("2");
  item("2", "unknown fate");
  end("2");
  EXPECT_TRUE(client.completion("2").is_null()) << "not before its fate is known";
  run();
  EXPECT_THAT(client.completion("2").value("error", ""), testing::StartsWith("unavailable: "));
}

json open_upload(int id, const std::string& stream) {
  return {{"type", 1},
          {"invocationId", std::to_string(id)},
          {"target", "UploadMessages"},
          {"arguments", {"lobby", "Ana"}},
          {"streamIds", {stream}}};
}

TEST_F(SignalRSession, EndsAnUploadThatTheClientHasBrokenOffWithAnError) {
  agree();
  client.say(open_upload(0, "a"));
  client.say({{"type", 2}, {"invocationId", "a"}, {"item", "one"}});
  client.say({{"type", 3}, {"invocationId", "a"}, {"error", "boom"}});
  run();
  ASSERT_THAT(client.all(3), SizeIs(1));
  EXPECT_EQ(client.completion("0").value("error", ""), "bad_request: the client broke off the stream: boom");
  EXPECT_THAT(heard(), ElementsAre("one"));
}

TEST_F(SignalRSession, RefusesASecondUploadOfOneStream) {
  agree();
  client.say(open_upload(0, "a"));
  client.say(open_upload(1, "a"));
  run();
  EXPECT_EQ(client.completion("1").value("error", ""), "bad_request: a stream of this id is open");
  client.say({{"type", 2}, {"invocationId", "a"}, {"item", "one"}});
  client.say({{"type", 3}, {"invocationId", "a"}});
  run();
  EXPECT_EQ(client.completion("0"), (json{{"type", 3}, {"invocationId", "0"}}));
  client.say(open_upload(2, "a"));
  run();
  EXPECT_TRUE(client.completion("2").is_null()) << "it is open again";
}

TEST_F(SignalRSession, OpensSomeUploadsAtOnceAndNoMoreAndTakesThatForNoMistake) {
  agree();
  constexpr std::size_t kTooMany = 30;
  for (std::size_t i = 0; i < limits::kUploadsPerSession + kTooMany; ++i) {
    client.say(open_upload(static_cast<int>(i), "s" + std::to_string(i)));
  }
  run();
  ASSERT_THAT(client.all(3), SizeIs(kTooMany));
  EXPECT_EQ(client.all(3)[0]["error"], "busy: too many streams are open");
  EXPECT_EQ(client.close_code(), std::nullopt);
}

// ---- another socket

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

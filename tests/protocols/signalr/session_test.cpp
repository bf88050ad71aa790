#include "chat/core/person_id.hpp"
#include "protocols/signalr/limits.hpp"
#include "protocols/signalr/signalr_session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

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

}  // namespace
}  // namespace chat

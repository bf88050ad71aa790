#include "cluster/three_nodes.hpp"

namespace chat {
namespace {

using testing::ElementsAre;

class ClusterMessages : public ThreeNodes {};

TEST_F(ClusterMessages, EverybodySeesOneOrder) {
  std::vector<FakeClient*> people;
  for (int i = 0; i < 9; ++i) people.push_back(&joined(nodes[i % 3U], "lobby", "p" + std::to_string(i)));
  for (int round = 0; round < 20; ++round) {
    for (std::size_t i = 0; i < people.size(); ++i)
      people[i]->send("lobby", std::to_string(round) + '.' + std::to_string(i));
    if (round % 3 == 0) run();
  }
  run();
  const auto first = screen(*people[0], "lobby");
  EXPECT_EQ(first.size(), 180U);
  for (FakeClient* person : people) EXPECT_EQ(screen(*person, "lobby"), first);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(first[i].starts_with(std::to_string(i + 1) + ' '));
}

TEST_F(ClusterMessages, EachMessageNamesTheNodeThatTookIt) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  FakeClient& bo = joined(nodes[1], "lobby", "Bo");
  bo.send("lobby", "hi");
  run();
  EXPECT_EQ(ana.last("message")["node"], "chat-2");
}

TEST_F(ClusterMessages, RoomsKeepToThemselves) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  FakeClient& bo = joined(nodes[1], "garden", "Bo");
  FakeClient& eve = joined(nodes[2], "garden", "Eve");
  bo.send("garden", "hi");
  run();
  EXPECT_TRUE(screen(ana, "lobby").empty());
  EXPECT_THAT(screen(eve, "garden"), ElementsAre("1 hi"));
}

TEST_F(ClusterMessages, AClientResumesByCursorOnAnotherNode) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  FakeClient& bo = joined(nodes[1], "lobby", "Bo");
  bo.send("lobby", "one");
  run();
  const json cursor{{"epoch", ana.last("message")["epoch"]}, {"offset", ana.last("message")["offset"]}};
  ana.disconnect();
  for (const char* text : {"two", "three"}) bo.send("lobby", text);
  run();
  FakeClient& back = nodes[2].connect();
  back.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"cursor", cursor}});
  run();
  EXPECT_EQ(back.reply(1)["recovered"], true);
  bo.send("lobby", "four");
  run();
  EXPECT_THAT(screen(back, "lobby"), ElementsAre("2 two", "3 three", "4 four"));
}

TEST_F(ClusterMessages, ASendRepeatedOnAnotherNodeIsStoredOnce) {
  constexpr const char* kGuest = "0123456789abcdef0123456789abcdef";
  constexpr const char* kProducer = "fedcba9876543210fedcba9876543210";
  FakeClient& watcher = joined(nodes[2], "lobby", "Bo");
  FakeClient& ana = joined(nodes[0], "lobby", "Ana", kGuest, kProducer);
  ana.send("lobby", "hi", 1);
  run();
  const auto first = ana.last("ack");
  ana.disconnect();  // perhaps without having seen the answer
  FakeClient& back = joined(nodes[1], "lobby", "Ana", kGuest, kProducer);
  back.send("lobby", "hi", 1);
  run();
  EXPECT_EQ(back.last("ack")["duplicate"], true);
  EXPECT_EQ(back.last("ack")["offset"], first["offset"]);
  EXPECT_THAT(screen(watcher, "lobby"), ElementsAre("1 hi"));
  EXPECT_EQ(watcher.last("message")["sender"], back.last("welcome")["sender"]);
  EXPECT_EQ(watcher.last("message")["seq"], 1);
}

TEST_F(ClusterMessages, NobodyCanUseUpTheCountOfAnother) {
  constexpr const char* kProducer = "fedcba9876543210fedcba9876543210";
  FakeClient& ana = joined(nodes[0], "lobby", "Ana", "0123456789abcdef", kProducer);
  FakeClient& eve = joined(nodes[1], "lobby", "Eve", "fedcba9876543210", kProducer);
  eve.send("lobby", "first", 1);
  run();
  ana.send("lobby", "mine", 1);
  run();
  EXPECT_EQ(ana.last("ack")["duplicate"], false);
}

TEST_F(ClusterMessages, TypingReachesOtherNodes) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  FakeClient& bo = joined(nodes[2], "lobby", "Bo");
  ana.say({{"type", "typing"}, {"room", "lobby"}});
  run();
  EXPECT_EQ(bo.last("typing")["from"]["name"], "Ana");
  EXPECT_FALSE(ana.has("typing"));
}

TEST_F(ClusterMessages, ADrainingNodeTellsItsClientsWhenToComeBackAndThenLetsThemGo) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  FakeClient& bo = joined(nodes[1], "lobby", "Bo");
  for (auto& shard : nodes[0].shards) shard.post(to_shard::Drain{Seconds(10)});
  run();
  ASSERT_TRUE(ana.has("reconnect"));
  EXPECT_LE(ana.last("reconnect")["after_ms"], 10'000);
  ana.send("lobby", "still here");
  run();
  EXPECT_EQ(bo.last("message")["text"], "still here");
  for (auto& shard : nodes[0].shards) shard.post(to_shard::CloseAll{});
  run();
  EXPECT_EQ(ana.close_code(), 1012);
  EXPECT_FALSE(bo.has("reconnect"));
  EXPECT_FALSE(bo.close_code());
}

}  // namespace
}  // namespace chat

#include "server/operator_desk.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "chat/base/log.hpp"
#include "support/fake_node.hpp"

namespace chat {
namespace {

using nlohmann::json;

/// A node with a desk, on a store that it shares with others.
struct DeskNode {
  DeskNode(boost::asio::io_context& loop, const Clock& clock, const std::string& id,
           const std::shared_ptr<MemoryBus>& bus, const std::string& signs)
      : node(loop, clock, id, make_memory_services(loop, bus), 2),
        reports({loop, node.shards, node.rooms, clock, [this] { return faults; }}),
        desk({loop, *node.backends, secret, clock, id, id + ".life", reports, [this] { return is_watched; }}) {
    secret.set(signs);
    card.id = id;
    card.instance = id + ".life";
    card.secret = "name of " + signs;
    node.backends->registry().announce(card, [](const Result<Announced>&) {});
    desk.start();
  }
  FakeNode node;
  ClusterSecret secret;
  std::vector<std::string> faults;
  bool is_watched = true;
  NodeCard card;
  NodeReports reports;
  OperatorDesk desk;
};

class OperatorDeskTest : public testing::Test {
 protected:
  /// What an operator at the first node is shown, once the nodes have answered.
  json shown() {
    const auto cards =
        await<std::vector<NodeCard>>(loop, [&](auto done) { here.node.backends->registry().list(std::move(done)); });
    here.desk.on_listed(*cards);
    here.desk.details();
    settle(loop);
    return json::parse(here.desk.details());
  }
  static json node(const json& details, const std::string& id) {
    for (const auto& one : details["nodes"]) {
      if (one["id"] == id) return one;
    }
    return {};
  }
  json find(const std::string& text) {
    const auto found = await<std::string>(loop, [&](auto done) { here.desk.find(text, std::move(done)); });
    return found ? json::parse(*found) : json(found.error().message);
  }

  boost::asio::io_context loop;
  ManualClock clock;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({100, Seconds(3600)});
  DeskNode here{loop, clock, "chat-1", bus, "the secret of the nodes"};
  DeskNode there{loop, clock, "chat-2", bus, "the secret of the nodes"};
};

TEST_F(OperatorDeskTest, ShowsWhatEachNodeTellsOfItself) {
  FakeClient& ana = there.node.connect();
  ana.hello("Ana");
  ana.join("lobby");
  settle(loop);
  there.faults = {"Redis does not answer"};
  const json report = node(shown(), "chat-2")["report"];
  EXPECT_EQ(report["connections"], json::parse(R"([{"protocol":"chat.v1","transport":"websocket","count":1}])"));
  EXPECT_EQ(report["faults"], json({"Redis does not answer"}));
  EXPECT_EQ(report["rooms"][0]["room"], "lobby");
  EXPECT_EQ(report["rooms"][0]["people"], 1);
  EXPECT_GT(report["memory_bytes"], 1'000'000);
  EXPECT_TRUE(node(shown(), "chat-1")["report"].is_object());
}

TEST_F(OperatorDeskTest, CountsTheMessagesOfARoomFromOneLookToTheNext) {
  FakeClient& ana = there.node.connect();
  ana.hello("Ana");
  ana.join("lobby");
  settle(loop);
  shown();
  for (const char* text : {"one", "two"}) ana.send("lobby", text);
  settle(loop);
  clock.advance(Seconds{1});
  EXPECT_EQ(node(shown(), "chat-2")["report"]["rooms"][0]["messages_per_second"], 2.0);
}

TEST_F(OperatorDeskTest, ShowsAClientThatReadsTooSlowly) {
  FakeClient& ana = there.node.connect();
  ana.hello("Ana");
  ana.join("lobby");
  settle(loop);
  ana.reads = false;
  ana.session().send(SharedBytes{std::string(NodeReports::kLagging, 'x')}, false);
  settle(loop);
  const json laggards = node(shown(), "chat-2")["report"]["laggards"];
  ASSERT_EQ(laggards.size(), 1U);
  EXPECT_EQ(laggards[0]["name"], "Ana");
  EXPECT_GE(laggards[0]["waiting_bytes"], NodeReports::kLagging);
}

TEST_F(OperatorDeskTest, NamesANodeWithAnotherSecretAndTellsItNothing) {
  DeskNode odd{loop, clock, "chat-3", bus, "the secret of others"};
  const json one = node(shown(), "chat-3");
  EXPECT_EQ(one["why"], "other_secret");
  EXPECT_EQ(one["secret"], "name of the secret of others");
  EXPECT_FALSE(one.contains("report"));
}

TEST_F(OperatorDeskTest, SaysThatANodeOfAnEarlierReleaseGivesNoFigures) {
  NodeCard old;
  old.id = "chat-0";
  old.instance = "chat-0.life";
  here.node.backends->registry().announce(old, [](const Result<Announced>&) {});
  EXPECT_EQ(node(shown(), "chat-0")["why"], "no_answer");
}

TEST_F(OperatorDeskTest, AsksNothingWhileNoOperatorWatches) {
  here.is_watched = false;
  EXPECT_EQ(node(shown(), "chat-2"), json());
}

TEST_F(OperatorDeskTest, ShowsEachEventOnceAndTheLastHundred) {
  shown();
  for (int i = 0; i < 300; ++i) log_info("tested", {{"number", i}});
  shown();
  clock.advance(Seconds{1});
  const json events = shown()["events"];
  EXPECT_EQ(events.size(), OperatorDesk::kMaxEvents);
  EXPECT_EQ(events.back()["event"], "tested");
  EXPECT_EQ(events.back()["fields"], "number=299");
}

TEST_F(OperatorDeskTest, FindsThePeopleOfAllNodes) {
  FakeClient& ana = there.node.connect();
  ana.hello("Ana Lima");
  FakeClient& bo = here.node.connect();
  bo.hello("Bo");
  settle(loop);
  const json found = find("ana");
  ASSERT_EQ(found["sessions"].size(), 1U);
  EXPECT_EQ(found["sessions"][0]["node"], "chat-2");
  EXPECT_EQ(found["sessions"][0]["user"], ana.last("welcome")["user"]["id"]);
  EXPECT_EQ(find(bo.last("welcome")["session"])["sessions"][0]["name"], "Bo");
  EXPECT_EQ(find(bo.last("welcome")["user"]["id"])["sessions"].size(), 1U);
  EXPECT_EQ(find("nobody")["sessions"].size(), 0U);
  EXPECT_FALSE(found.contains("unanswered"));
}

TEST_F(OperatorDeskTest, SaysWhichNodeDidNotTakePartInASearch) {
  DeskNode odd{loop, clock, "chat-3", bus, "the secret of others"};
  EXPECT_EQ(find("ana")["unanswered"], json({"chat-3"}));
}

TEST_F(OperatorDeskTest, DrainsOnlyNodesThatItKnows) {
  const auto gone = await<std::string>(loop, [&](auto done) { here.desk.drain("chat-9", std::move(done)); });
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  const auto deaf = await<std::string>(loop, [&](auto done) { here.desk.drain("chat-2", std::move(done)); });
  EXPECT_EQ(deaf.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace chat

#include "cluster/three_nodes.hpp"

namespace chat {
namespace {

using testing::ElementsAre;

class ClusterPresence : public ThreeNodes {
 protected:
  std::vector<std::string> names(FakeClient& client) {
    std::vector<std::string> out;
    const json reply = members(client, "lobby");
    for (const auto& member : reply["members"]) out.push_back(member["name"]);
    return out;
  }
  bool count_becomes(FakeClient& client, int count) {
    return soon([&] { return members(client, "lobby")["count"] == count; });
  }
};

constexpr const char* kGuest = "0123456789abcdef0123456789abcdef";

TEST_F(ClusterPresence, ShowsPeopleOfAllNodes) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  joined(nodes[1], "lobby", "Bo");
  joined(nodes[2], "lobby", "Cy");
  ASSERT_TRUE(count_becomes(ana, 3));
  EXPECT_THAT(names(ana), ElementsAre("Ana", "Bo", "Cy"));
}

TEST_F(ClusterPresence, PushesWhoComesAndWhoGoesWithARisingVersion) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  ASSERT_TRUE(count_becomes(ana, 1));
  ana.forget();
  FakeClient& bo = joined(nodes[1], "lobby", "Bo");
  ASSERT_TRUE(soon([&] { return ana.has("presence"); }));
  const auto came = ana.last("presence");
  EXPECT_EQ(came["joined"].at(0)["name"], "Bo");
  EXPECT_THAT(came["joined"].at(0)["nodes"], ElementsAre("chat-2"));
  EXPECT_EQ(came["count"], 2);
  ana.forget();
  bo.disconnect();
  ASSERT_TRUE(soon([&] { return ana.has("presence"); }));
  EXPECT_EQ(ana.last("presence")["left"].at(0)["name"], "Bo");
  EXPECT_EQ(ana.last("presence")["version"], came["version"].get<int>() + 1);
}

TEST_F(ClusterPresence, TakesSeveralTabsForOnePerson) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana", kGuest);
  FakeClient& second_tab = joined(nodes[0], "lobby", "Ana", kGuest);
  FakeClient& third_tab = joined(nodes[1], "lobby", "Ana", kGuest);
  FakeClient& bo = joined(nodes[2], "lobby", "Bo");
  ASSERT_TRUE(count_becomes(bo, 2));
  const auto anas_nodes = [&] { return json(members(bo, "lobby")["members"].at(0)["nodes"]); };
  ASSERT_TRUE(soon([&] { return anas_nodes().size() == 2; }));
  bo.forget();
  second_tab.disconnect();
  ana.disconnect();
  ASSERT_TRUE(soon([&] { return anas_nodes() == json{"chat-2"}; }));
  EXPECT_EQ(members(bo, "lobby")["count"], 2);
  third_tab.disconnect();
  EXPECT_TRUE(count_becomes(bo, 1));
}

TEST_F(ClusterPresence, CountsPeopleWhenSomeoneJoins) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana", kGuest);
  FakeClient& dee = joined(nodes[1], "lobby", "Dee");
  ASSERT_TRUE(count_becomes(ana, 2) && count_becomes(dee, 2));
  EXPECT_EQ(joined(nodes[2], "lobby", "Ana", kGuest).last("joined")["members"], 2);
  EXPECT_EQ(joined(nodes[2], "lobby", "Bo").last("joined")["members"], 3);
}

TEST_F(ClusterPresence, TellsANewNameEverywhere) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana", kGuest);
  FakeClient& bo = joined(nodes[1], "lobby", "Bo");
  ASSERT_TRUE(count_becomes(bo, 2));
  ana.hello("Anna", kGuest);
  EXPECT_TRUE(soon([&] { return names(bo) == std::vector<std::string>{"Anna", "Bo"}; }));
}

TEST_F(ClusterPresence, FindsNoNewsInAReload) {
  FakeClient& bo = joined(nodes[1], "lobby", "Bo");
  FakeClient& ana = joined(nodes[0], "lobby", "Ana", kGuest);
  ASSERT_TRUE(soon([&] { return bo.last("presence")["count"] == 2; }));
  bo.forget();
  ana.disconnect();
  joined(nodes[0], "lobby", "Ana", kGuest);
  joined(nodes[2], "lobby", "Cy");
  ASSERT_TRUE(soon([&] { return bo.has("presence"); }));
  for (const auto& push : bo.all("presence")) {
    EXPECT_TRUE(push["left"].empty()) << push;
    for (const auto& person : push["joined"]) EXPECT_EQ(person["name"], "Cy") << push;
  }
}

TEST_F(ClusterPresence, ShowsANodesPeopleLeavingWhenTheNodeLeaves) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  FakeClient& bo = joined(nodes[1], "lobby", "Bo");
  joined(nodes[1], "lobby", "Cy");
  ASSERT_TRUE(count_becomes(ana, 3));
  nodes[1].leave();
  EXPECT_TRUE(count_becomes(ana, 1));
  EXPECT_FALSE(bo.is_connected());
  ana.forget();
  ana.send("lobby", "anybody?");
  run();
  EXPECT_EQ(ana.reply("anybody?")["type"], "ack");
}

TEST_F(ClusterPresence, ShowsANodesPeopleLeavingWhenItResignsWithTheirConnectionsOpen) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  joined(nodes[1], "lobby", "Bo");
  ASSERT_TRUE(count_becomes(ana, 2));
  nodes[1].rooms.resign();
  nodes[1].backends->backplane().stop();
  EXPECT_TRUE(count_becomes(ana, 1)) << "the others look at the leases every 2 s";
}

TEST_F(ClusterPresence, TellsOnlyTheNumberAboveAHundred) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  for (std::size_t i = 0; i < 120; ++i) {
    FakeClient& client = nodes[i % 3].connect();
    client.hello("p" + std::to_string(i));
    client.join("lobby");
  }
  run();
  ASSERT_TRUE(count_becomes(ana, 121));
  EXPECT_EQ(members(ana, "lobby")["members"].size(), 100U);
  ana.forget();
  joined(nodes[1], "lobby", "one more");
  ASSERT_TRUE(soon([&] { return ana.last("presence")["count"] == 122; }));
  EXPECT_FALSE(ana.last("presence").contains("joined"));
}

}  // namespace
}  // namespace chat

#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A node whose network loses and delays.
class LossyNetworkTest : public OneNode {
 protected:
  std::vector<int> seen() { return offsets(ana.all("message")); }
  FakeClient& ana = joined("lobby");
};

TEST_F(LossyNetworkTest, FillsAHoleFromTheStoreBeforeItGoesOn) {
  backends->drop_offset = 2;
  for (int i = 1; i <= 4; ++i) {
    ana.send("lobby", "m" + std::to_string(i));
    run();
  }
  EXPECT_THAT(seen(), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(ana.all("message")[1]["text"], "m2");
}

TEST_F(LossyNetworkTest, FindsAfterAnInterruptionWhatWasMissed) {
  backends->drop_messages = true;
  for (int i = 1; i <= 3; ++i) ana.send("lobby", "m" + std::to_string(i));
  run();
  EXPECT_THAT(seen(), IsEmpty());
  backends->drop_messages = false;
  backends->interrupt();
  run();
  EXPECT_THAT(seen(), ElementsAre(1, 2, 3));
  EXPECT_THAT(ana.all("degraded").front()["available"], false);
  EXPECT_THAT(ana.all("degraded").back()["available"], true);
}

TEST_F(LossyNetworkTest, CatchesUpWithMoreThanOnePageOfTheStore) {
  backends->drop_messages = true;
  for (int i = 0; i < 650; ++i)
    node.backends->backplane().append({"lobby", "", 0, "{\"m\":1}"}, [](const Result<Appended>&) {});
  run();
  backends->drop_messages = false;
  backends->interrupt();
  run();
  ASSERT_EQ(seen().size(), 650U);
  for (int i = 0; i < 650; ++i) EXPECT_EQ(seen()[static_cast<std::size_t>(i)], i + 1);
}

// The state comes by one connection and messages by another: an answer may be older than the messages delivered since,
// and that is no loss.
TEST_F(LossyNetworkTest, IsNotMisledByAStateThatIsOlderThanWhatItHasDelivered) {
  ana.send("lobby", "m1");
  run();
  backends->hold_states = true;
  backends->interrupt();
  run();
  ASSERT_GE(backends->held(), 1U);
  ana.send("lobby", "m2");
  run();
  backends->release();
  run();
  EXPECT_FALSE(ana.has("rewound")) << ana.last("rewound");
  EXPECT_FALSE(ana.has("reset"));
  ana.send("lobby", "m3");
  run();
  EXPECT_THAT(seen(), ElementsAre(1, 2, 3));
}

TEST_F(LossyNetworkTest, SaysWhenTheStoreHasForgottenWhatWasMissed) {
  ana.send("lobby", "m1");
  run();
  backends->drop_messages = true;
  for (int i = 0; i < 1500; ++i)
    node.backends->backplane().append({"lobby", "", 0, "{\"m\":1}"}, [](const Result<Appended>&) {});
  run();
  backends->drop_messages = false;
  backends->interrupt();
  run();
  ASSERT_EQ(ana.all("reset").size(), 1U);
  EXPECT_EQ(ana.last("reset")["reason"], "trimmed");
  const auto after = seen();
  EXPECT_EQ(after.at(1), 502);
  EXPECT_EQ(after.back(), 1501);
  EXPECT_EQ(after.size(), 1001U);
}

TEST_F(LossyNetworkTest, StartsAgainOnALogThatKnowsNothingOfTheOldOne) {
  ana.send("lobby", "m1");
  run();
  backends->deliver("lobby", "mem-foreign", 1, "{\"x\":1}");  // the state it asks for does not know it
  run();
  EXPECT_FALSE(ana.has("reset"));
  ana.send("lobby", "m2");
  run();
  EXPECT_THAT(seen(), ElementsAre(1, 2));
}

TEST_F(LossyNetworkTest, AsksTheStoreBeforeItSaysThatACursorMeansNothing) {
  ana.send("lobby", "m1");
  run();
  backends->next_life = LogState{{"next", 4}, {}};  // another node has told its people
  FakeClient& back = node.connect();
  back.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"cursor", {{"epoch", "next"}, {"offset", 4}}}});
  run();
  EXPECT_FALSE(back.has("reset"));
  EXPECT_EQ(back.reply(1)["recovered"], true);
  EXPECT_EQ(back.reply(1)["epoch"], "next");
  EXPECT_EQ(ana.last("reset")["epoch"], "next");
}

TEST_F(LossyNetworkTest, TriesAgainWhenTheStateCouldNotBeRead) {
  backends->drop_messages = true;
  ana.send("lobby", "m1");
  run();
  backends->drop_messages = false;
  backends->fail_states = true;
  backends->interrupt();
  run();
  backends->fail_states = false;
  // Each room is looked at every 10 s, and must be found behind twice.
  EXPECT_TRUE(run_until(loop, [&] { return !seen().empty(); }, Seconds(25)));
}

/// Another node has a person in the room, and then its lease is not seen any more.
class NodeLeaseTest : public LossyNetworkTest {
 protected:
  NodeLeaseTest() {
    auto& presence = node.backends->presence();
    presence.renew("chat-2.life", [](const Result<Lease>&) {});
    presence.change("lobby", {"chat-2.life", {{"bo", "Bo"}}, {}}, [](const Result<bool>&) {});
    run();
    EXPECT_TRUE(sees_bo());
  }
  bool sees_bo() {
    ana.say({{"type", "members"}, {"id", "members"}, {"room", "lobby"}});
    run();
    const json reply = ana.last("members");
    for (const auto& member : reply["members"]) {
      if (member["id"] == "bo") return member["nodes"] == json{"chat-2"};
    }
    return false;
  }
  void renew_alone() {
    backends->knows_only_me = true;
    ASSERT_TRUE(run_until(loop, [&, before = backends->renewals] { return backends->renewals > before; }));
    run();
  }
};

TEST_F(NodeLeaseTest, TakesANodeForDeadWhoseLeaseHasRunOut) {
  clock.advance(PresenceStore::kLease);
  renew_alone();
  EXPECT_FALSE(sees_bo());
}

// The first node that reaches a Redis again finds no lease of another node there, and so no users of others.
TEST_F(NodeLeaseTest, LeavesTheOthersTheTimeOfALeaseToComeBackToAStoreThatWasAway) {
  backends->knows_only_me = true;
  backends->interrupt();
  run();
  EXPECT_TRUE(sees_bo());
  renew_alone();
  EXPECT_TRUE(sees_bo());
  clock.advance(PresenceStore::kLease);
  renew_alone();
  EXPECT_FALSE(sees_bo());
}

TEST_F(NodeLeaseTest, LeavesTheOthersTheTimeOfALeaseWhenTheStoreTookNone) {
  clock.advance(PresenceStore::kLease);
  backends->refuse_renewals = true;
  backends->knows_only_me = true;
  ASSERT_TRUE(run_until(loop, [&] { return backends->refused_renewals > 0; }));
  backends->refuse_renewals = false;
  renew_alone();
  EXPECT_TRUE(sees_bo());
  clock.advance(PresenceStore::kLease);
  renew_alone();
  EXPECT_FALSE(sees_bo());
}

TEST_F(NodeLeaseTest, TriesARefusedRenewalAgainSoon) {
  backends->refuse_renewals = true;
  ASSERT_TRUE(run_until(loop, [&] { return backends->refused_renewals > 0; }));
  EXPECT_TRUE(run_until(loop, [&] { return backends->refused_renewals > 2; }, PresenceStore::kRenewEvery));
}

TEST_F(NodeLeaseTest, GivesItsLeaseBackForGood) {
  backends->refuse_renewals = true;
  ASSERT_TRUE(run_until(loop, [&] { return backends->refused_renewals > 0; }));
  node.rooms.resign();
  EXPECT_FALSE(run_until(loop, [&, before = backends->renewals] { return backends->renewals > before; }, Seconds(1)));
}

TEST_F(NodeLeaseTest, TakesNobodyForDeadBeforeTheStoreIsThereForEverything) {
  clock.advance(PresenceStore::kLease);
  backends->go_away();
  renew_alone();
  EXPECT_TRUE(sees_bo());
}

TEST_F(LossyNetworkTest, PassesOnNothingThatIsNoMessageWhereverItComesFrom) {
  node.backends->backplane().append({"lobby", "", 0, ""}, [](const Result<Appended>&) {});
  node.backends->backplane().append({"lobby", "", 0, "junk"}, [](const Result<Appended>&) {});
  run();
  ana.send("lobby", "good");  // by the live stream, past the hole the others leave
  run();
  EXPECT_THAT(seen(), testing::Contains(3));
  FakeClient& bo = node.connect();
  bo.join("lobby");  // and from the store
  run();
  EXPECT_TRUE(bo.has("joined"));
}

}  // namespace
}  // namespace chat

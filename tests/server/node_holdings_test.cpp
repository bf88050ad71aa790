#include "server/node_holdings.hpp"

#include <gmock/gmock.h>

#include <deque>

#include "support/manual_clock.hpp"
#include "support/run_until.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Calls wait until the test answers them.
class FakeEvents final : public ClusterEvents {
 public:
  void enable(std::function<bool(std::string_view room)>, std::size_t) override {}
  void change(HoldingChanges changes, Completion<bool> done) override {
    std::string text = changes.instance + '#' + std::to_string(changes.number);
    for (const auto& [begins, holding, reason, is_wanted] : changes.changes) {
      text += std::string(begins ? " +" : " -") + static_cast<char>(holding.kind) + holding.name;
      if (!reason.empty()) text += '(' + reason + ')';
      if (!is_wanted) text += '!';
    }
    calls.push_back(text);
    changes_.push_back(std::move(done));
  }
  void list(NodeInstance instance, std::string cursor, Completion<Page> done) override {
    calls.push_back("list " + instance + ' ' + cursor);
    lists_.push_back(std::move(done));
  }
  void instances(Completion<std::vector<NodeInstance>> done) override { done(holders); }
  void backlog(Completion<EventBacklog>) override {}

  void answer(bool is_stored = true) {
    auto done = std::move(changes_.front());
    changes_.pop_front();
    is_stored ? done(true) : done(Failure{ErrorCode::unavailable, "away"});
  }
  void answer(Page page) {
    auto done = std::move(lists_.front());
    lists_.pop_front();
    done(std::move(page));
  }
  std::vector<std::string> take_calls() { return std::exchange(calls, {}); }

  std::vector<std::string> calls;
  std::vector<NodeInstance> holders;

 private:
  std::deque<Completion<bool>> changes_;
  std::deque<Completion<Page>> lists_;
};

class NodeHoldingsTest : public testing::Test {
 protected:
  NodeHoldingsTest() {
    holdings_.on_doubt();
    store_.answer(ClusterEvents::Page{{}, "0"});
    store_.calls.clear();
  }
  void begin(const std::string& session) { holdings_.on_begun(session, {"u-" + session, "Ana"}); }
  void run() { settle(loop_); }
  bool calls(std::size_t count) {
    return run_until(loop_, [&] { return store_.calls.size() >= count; });
  }
  static Holding session(const std::string& id) { return {Holding::Kind::session, id, "u-" + id + " Ana"}; }

  boost::asio::io_context loop_;
  ManualClock clock_;
  FakeEvents store_;
  bool is_wanted_ = true;
  NodeHoldings holdings_{loop_, store_, "chat-1.aa", clock_,
                         [this](HookEvent, std::string_view room) { return is_wanted_ && room != "other"; }};
};

TEST_F(NodeHoldingsTest, StoresTheChangesOfATurnTogetherAndTheNextOnesAfterThem) {
  begin("s1");
  holdings_.on_ended("s1", "bye");
  begin("s2");
  ASSERT_TRUE(calls(1));
  holdings_.on_room("lobby", true);
  run();
  EXPECT_THAT(store_.take_calls(), ElementsAre("chat-1.aa#1 +ss1 -ss1(bye) +ss2"));
  store_.answer();
  EXPECT_THAT(store_.take_calls(), ElementsAre("chat-1.aa#2 +rlobby"));
  store_.answer();
  EXPECT_THAT(store_.take_calls(), IsEmpty());
}

TEST_F(NodeHoldingsTest, RepeatsAFailedCallWithTheSameNumberAndChanges) {
  begin("s1");
  ASSERT_TRUE(calls(1));
  begin("s2");
  store_.answer(false);
  ASSERT_TRUE(calls(2));
  store_.answer();
  EXPECT_THAT(store_.take_calls(), ElementsAre("chat-1.aa#1 +ss1", "chat-1.aa#1 +ss1", "chat-1.aa#2 +ss2"));
}

TEST_F(NodeHoldingsTest, WhatNoHookIsForIsNotStoredAndItsEndIsNotEither) {
  holdings_.on_room("other", true);
  holdings_.on_room("other", false);
  holdings_.on_ended("never-begun", "");
  begin("s1");
  ASSERT_TRUE(calls(1));
  EXPECT_THAT(store_.calls, ElementsAre("chat-1.aa#1 +ss1"));
}

TEST_F(NodeHoldingsTest, AnEndIsStoredThoughTheHookHasGoneButNotWanted) {
  begin("s1");
  ASSERT_TRUE(calls(1));
  store_.answer();
  is_wanted_ = false;
  holdings_.on_ended("s1", "bye");
  ASSERT_TRUE(calls(2));
  EXPECT_EQ(store_.calls.back(), "chat-1.aa#2 -ss1(bye)!");
}

TEST_F(NodeHoldingsTest, InDoubtStoresTheDifferenceBeforeTheChangesThatWait) {
  begin("kept");
  begin("lost");
  ASSERT_TRUE(calls(1));
  store_.answer();
  holdings_.on_away();
  begin("new");
  holdings_.on_ended("kept", "bye");
  run();
  store_.calls.clear();
  holdings_.on_doubt();
  EXPECT_THAT(store_.take_calls(), ElementsAre("list chat-1.aa 0"));
  store_.answer(ClusterEvents::Page{{session("kept")}, "7"});
  EXPECT_THAT(store_.take_calls(), ElementsAre("list chat-1.aa 7"));
  store_.answer(ClusterEvents::Page{{session("ghost")}, "0"});
  EXPECT_THAT(store_.take_calls(),
              ElementsAre("chat-1.aa#2 +slost -sghost(the store has lost the reason) +snew -skept(bye)"));
}

TEST_F(NodeHoldingsTest, ACallWithAnUnknownOutcomeIsRepeatedBeforeTheStoreIsAsked) {
  begin("s1");
  ASSERT_TRUE(calls(1));
  holdings_.on_away();
  store_.answer(false);
  holdings_.on_doubt();
  store_.answer();
  EXPECT_THAT(store_.take_calls(), ElementsAre("chat-1.aa#1 +ss1", "chat-1.aa#1 +ss1", "list chat-1.aa 0"));
  store_.answer(ClusterEvents::Page{{session("s1")}, "0"});
  EXPECT_THAT(store_.take_calls(), IsEmpty());
}

TEST_F(NodeHoldingsTest, StoresATurnOfManyInCallsOfABoundedSize) {
  for (std::size_t i = 0; i < HoldingQueue::kMaxChanges + 1; ++i) begin(std::to_string(i));
  ASSERT_TRUE(calls(1));
  store_.answer();
  EXPECT_THAT(store_.calls.back(), "chat-1.aa#2 +s256");
}

TEST_F(NodeHoldingsTest, RenewsWhatTheStoreHasAfterAnHourWithoutChanges) {
  begin("s1");
  ASSERT_TRUE(calls(1));
  store_.answer();
  clock_.advance(NodeHoldings::kRenew - Milliseconds(1));
  holdings_.on_living({"chat-0.zz"});
  EXPECT_EQ(store_.calls.size(), 1u);
  clock_.advance(Milliseconds(1));
  holdings_.on_living({"chat-0.zz"});
  holdings_.on_living({"chat-0.zz"});
  EXPECT_THAT(store_.calls, ElementsAre("chat-1.aa#1 +ss1", "chat-1.aa#2"));
}

TEST_F(NodeHoldingsTest, TheFirstLivingNodeEndsTheHoldingsOfTheDead) {
  store_.holders = {"chat-1.aa", "chat-2.bb", "chat-3.cc"};
  holdings_.on_living({"chat-3.cc", "chat-1.aa"});
  EXPECT_THAT(store_.take_calls(), ElementsAre("list chat-2.bb 0"));
  holdings_.on_living({"chat-3.cc", "chat-1.aa"});
  store_.answer(ClusterEvents::Page{{session("s1"), {Holding::Kind::room, "lobby"}}, "9"});
  EXPECT_THAT(store_.take_calls(), ElementsAre("chat-2.bb#0 -ss1(its node has died) -rlobby(its node has died)"));
  store_.answer();
  EXPECT_THAT(store_.take_calls(), ElementsAre("list chat-2.bb 0"));
  store_.answer(ClusterEvents::Page{{}, "0"});
  EXPECT_THAT(store_.take_calls(), ElementsAre("chat-2.bb#0"));
  store_.answer();
  EXPECT_THAT(store_.take_calls(), IsEmpty());
}

TEST_F(NodeHoldingsTest, AnotherLivingNodeLeavesThatToTheFirst) {
  store_.holders = {"chat-2.bb"};
  holdings_.on_living({"chat-0.zz", "chat-1.aa"});
  EXPECT_THAT(store_.take_calls(), IsEmpty());
}

TEST_F(NodeHoldingsTest, ANodeThatStopsRepeatsTheCallWithAnUnknownOutcomeAsItWas) {
  begin("s1");
  ASSERT_TRUE(calls(1));
  holdings_.on_ended("s1", "bye");
  run();
  store_.answer(false);
  store_.calls.clear();
  holdings_.stop();
  EXPECT_THAT(store_.take_calls(), ElementsAre("chat-1.aa#1 +ss1", "chat-1.aa#2 -ss1(bye)"));
}

TEST_F(NodeHoldingsTest, ANodeThatStopsSendsAllThatWaits) {
  begin("s1");
  ASSERT_TRUE(calls(1));
  holdings_.on_ended("s1", "bye");
  run();
  holdings_.stop();
  EXPECT_THAT(store_.take_calls(), ElementsAre("chat-1.aa#1 +ss1", "chat-1.aa#2 -ss1(bye)"));
}

}  // namespace
}  // namespace chat

#include "server/rebalance.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace chat {
namespace {

class RebalanceTest : public testing::Test {
 protected:
  NodeCard card(const std::string& instance, std::uint64_t connections) {
    NodeCard made;
    made.id = instance.substr(0, instance.find('.'));
    made.instance = instance;
    made.connections = connections;
    made.last_seen = clock_.unix_ms();
    return made;
  }
  std::optional<Rebalance::Order> look(std::uint64_t own, std::vector<NodeCard> others) {
    return rebalance_.on_listed(card("chat-1.aa", own), others);
  }

  ManualClock clock_;
  Rebalance rebalance_{clock_};
};

TEST_F(RebalanceTest, AsksTheSurplusOnceWhenANewNodeHasSettled) {
  EXPECT_FALSE(look(100, {card("chat-2.bb", 100)}));
  EXPECT_FALSE(look(100, {card("chat-2.bb", 100), card("chat-3.cc", 1)})) << "its proxy may not know it yet";
  clock_.advance(Rebalance::kSettles);
  const auto order = look(100, {card("chat-2.bb", 100), card("chat-3.cc", 1)});
  ASSERT_TRUE(order);
  EXPECT_DOUBLE_EQ(order->share, 0.33);
  EXPECT_EQ(order->over, Milliseconds(330));
  clock_.advance(Rebalance::kSettles);
  EXPECT_FALSE(look(100, {card("chat-2.bb", 100), card("chat-3.cc", 1)})) << "they may have come back here";
}

TEST_F(RebalanceTest, WaitsForTheLastOfSeveralNewNodes) {
  look(100, {});
  look(100, {card("chat-2.bb", 0)});
  clock_.advance(Rebalance::kSettles - Milliseconds(1));
  EXPECT_FALSE(look(100, {card("chat-2.bb", 0), card("chat-3.cc", 0)}));
  clock_.advance(Rebalance::kSettles - Milliseconds(1));
  EXPECT_FALSE(look(100, {card("chat-2.bb", 0), card("chat-3.cc", 0)}));
  clock_.advance(Milliseconds(1));
  const auto order = look(100, {card("chat-2.bb", 0), card("chat-3.cc", 0)});
  ASSERT_TRUE(order);
  EXPECT_DOUBLE_EQ(order->share, 0.66);
}

TEST_F(RebalanceTest, ANewNodeItselfKeepsItsClients) {
  look(100, {card("chat-2.bb", 0)});
  clock_.advance(Rebalance::kSettles);
  EXPECT_FALSE(look(100, {card("chat-2.bb", 0)}));
}

TEST_F(RebalanceTest, ASmallSurplusStays) {
  look(7, {});
  look(7, {card("chat-2.bb", 0)});
  clock_.advance(Rebalance::kSettles);
  EXPECT_FALSE(look(7, {card("chat-2.bb", 0)}));
}

TEST_F(RebalanceTest, NodesThatLeaveOrAreSilentCountForNothing) {
  look(100, {});
  NodeCard leaving = card("chat-2.bb", 0);
  leaving.draining = true;
  NodeCard silent = card("chat-3.cc", 0);
  silent.last_seen -= Milliseconds(NodeRegistry::kActiveWithin).count() + 1;
  look(100, {leaving, silent});
  clock_.advance(Rebalance::kSettles);
  EXPECT_FALSE(look(100, {leaving, silent}));
}

TEST_F(RebalanceTest, WaitsUntilTheClientsOfANodeThatLeavesHaveMoved) {
  NodeCard leaving = card("chat-2.bb", 100);
  look(100, {leaving});
  leaving.draining = true;
  look(100, {leaving, card("chat-3.cc", 0)});
  clock_.advance(Rebalance::kSettles);
  leaving.last_seen = clock_.unix_ms();
  EXPECT_FALSE(look(100, {leaving, card("chat-3.cc", 50)}));
  clock_.advance(Rebalance::kSettles);
  EXPECT_FALSE(look(100, {card("chat-3.cc", 100)}));
}

TEST_F(RebalanceTest, ANodeThatComesBackUnderItsIdIsANewNode) {
  look(100, {card("chat-2.bb", 100)});
  look(200, {});
  look(200, {card("chat-2.dd", 0)});
  clock_.advance(Rebalance::kSettles);
  EXPECT_TRUE(look(200, {card("chat-2.dd", 0)}));
}

}  // namespace
}  // namespace chat

#include "server/node_sightings.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chat/core/limits.hpp"

namespace chat {
namespace {

class NodeSightingsTest : public testing::Test {
 protected:
  static NodeCard card(std::string id, UnixMs announced) {
    NodeCard card;
    card.id = std::move(id);
    card.last_seen = announced;
    card.instance = "first";
    return card;
  }
  /// What is seen of the one node, or of the first.
  NodeSeen::State see(const std::vector<NodeCard>& cards) { return sightings_.see(cards, now_).front().state; }
  void wait(Milliseconds time) { now_ += time; }

  NodeSightings sightings_;
  Instant now_ = Instant{} + Seconds{100};
};

TEST_F(NodeSightingsTest, ANodeThatAnnouncesItselfIsReady) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(see({card("chat-1", 500 * i)}), NodeSeen::State::ready);
    wait(Milliseconds{500});
  }
}

TEST_F(NodeSightingsTest, ANodeThatRepeatsItsLastWordIsSilentAndReadyWithTheNext) {
  see({card("chat-1", 1)});
  wait(NodeSightings::kSilentAfter - Milliseconds{1});
  EXPECT_EQ(see({card("chat-1", 1)}), NodeSeen::State::ready);
  wait(Milliseconds{1});
  EXPECT_EQ(see({card("chat-1", 1)}), NodeSeen::State::silent);
  EXPECT_EQ(see({card("chat-1", 2)}), NodeSeen::State::ready);
}

TEST_F(NodeSightingsTest, AClockThatIsWrongMakesNoNodeSilent) {
  for (const UnixMs announced : {9'000'000, 8'000'000, 10}) {
    EXPECT_EQ(see({card("chat-1", announced)}), NodeSeen::State::ready);
    wait(NodeSightings::kSilentAfter);
  }
}

TEST_F(NodeSightingsTest, ANewLifeIsReadyThoughItsClockStandsStill) {
  see({card("chat-1", 1)});
  wait(NodeSightings::kSilentAfter);
  auto reborn = card("chat-1", 1);
  reborn.instance = "second";
  EXPECT_EQ(see({reborn}), NodeSeen::State::ready);
}

TEST_F(NodeSightingsTest, ANodeThatLeavesDrainsUntilItIsSilentOrGone) {
  auto leaving = card("chat-1", 1);
  leaving.draining = true;
  EXPECT_EQ(see({leaving}), NodeSeen::State::draining);
  wait(NodeSightings::kSilentAfter);
  EXPECT_EQ(see({leaving}), NodeSeen::State::silent);
  EXPECT_TRUE(sightings_.see({}, now_).empty());
}

TEST_F(NodeSightingsTest, AStoreThatDidNotAnswerMakesNoNodeSilent) {
  see({card("chat-1", 1)});
  wait(NodeSightings::kSilentAfter);
  sightings_.forget();
  EXPECT_EQ(see({card("chat-1", 1)}), NodeSeen::State::ready);
  wait(NodeSightings::kSilentAfter);
  EXPECT_EQ(see({card("chat-1", 1)}), NodeSeen::State::silent);
}

TEST_F(NodeSightingsTest, NodesStandByIdAndNotMoreThanTheLimit) {
  std::vector<NodeCard> cards;
  for (std::size_t i = limits::kNodesSeen + 10; i > 0; --i) cards.push_back(card("n" + std::to_string(1000 + i), 1));
  const auto seen = sightings_.see(cards, now_);
  ASSERT_EQ(seen.size(), limits::kNodesSeen);
  EXPECT_EQ(seen.front().id, "n1001");
}

}  // namespace
}  // namespace chat

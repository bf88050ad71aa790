#pragma once

#include <gmock/gmock.h>

#include <algorithm>

#include "backplane/peer.hpp"

/// The behaviour of every presence store and node registry; see backplane_contract.hpp.
namespace chat {

inline bool operator==(const PresenceRow& a, const PresenceRow& b) {
  return a.instance == b.instance && a.user == b.user;
}

template <class Source>
class PresenceContract : public ServicesTest<Source> {
 protected:
  bool lives(Peer& observer, std::string_view instance) {
    const auto alive = observer.renew("observer.1");
    return alive && std::find(alive->begin(), alive->end(), instance) != alive->end();
  }
};
TYPED_TEST_SUITE_P(PresenceContract);

TYPED_TEST_P(PresenceContract, TellsWhoIsInARoomThroughWhichNode) {
  ASSERT_TRUE(this->a.renew("chat-1.aa"));
  ASSERT_TRUE(this->b.renew("chat-2.bb"));
  ASSERT_TRUE(this->a.change("lobby", {"chat-1.aa", {{"u1", "Ana Maria"}, {"u2", "Bo", R"({"a":1})"}}, {}}));
  ASSERT_TRUE(this->b.change("lobby", {"chat-2.bb", {{"u1", "Ana Maria"}}, {}}));
  const auto rows = this->b.load("lobby");
  ASSERT_TRUE(rows);
  EXPECT_THAT(*rows, testing::UnorderedElementsAre(PresenceRow{"chat-1.aa", {"u1", "Ana Maria"}},
                                                   PresenceRow{"chat-1.aa", {"u2", "Bo", R"({"a":1})"}},
                                                   PresenceRow{"chat-2.bb", {"u1", "Ana Maria"}}));
  EXPECT_THAT(*this->b.load("garden"), testing::IsEmpty());
}

TYPED_TEST_P(PresenceContract, ForgetsWhoHasLeft) {
  ASSERT_TRUE(this->a.renew("chat-1.aa"));
  ASSERT_TRUE(this->a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}, {"u2", "Bo"}}, {}}));
  ASSERT_TRUE(this->a.change("lobby", {"chat-1.aa", {{"u2", "Bob"}}, {"u1"}}));
  EXPECT_THAT(*this->a.load("lobby"), testing::ElementsAre(PresenceRow{"chat-1.aa", {"u2", "Bob"}}));
}

TYPED_TEST_P(PresenceContract, TellsSubscribersWhatChangedAfterItIsStored) {
  ASSERT_TRUE(this->a.renew("chat-1.aa"));
  ASSERT_TRUE(this->b.subscribe("lobby"));
  ASSERT_TRUE(this->a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {"u9"}}));
  ASSERT_TRUE(run_until(this->loop, [&] { return !this->b.sink.signals.empty(); }));
  EXPECT_EQ(this->b.sink.signals[0].kind, Signal::presence);
  const auto change = decode_presence_change(this->b.sink.signals[0].payload);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->instance, "chat-1.aa");
  EXPECT_EQ(change->joined.at(0), (User{"u1", "Ana"}));
  EXPECT_EQ(change->left.at(0), "u9");
  EXPECT_EQ(this->b.load("lobby")->size(), 1U);
}

TYPED_TEST_P(PresenceContract, TakesANodeThatResignsForDeadAtOnce) {
  ASSERT_TRUE(this->a.renew("chat-1.aa"));
  ASSERT_TRUE(this->a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}}));
  EXPECT_TRUE(this->lives(this->b, "chat-1.aa"));
  this->a.presence().resign("chat-1.aa");
  ASSERT_TRUE(this->a.load("garden"));  // in order: the resignation has arrived
  EXPECT_FALSE(this->lives(this->b, "chat-1.aa"));
  EXPECT_THAT(*this->b.load("lobby"), testing::IsEmpty());
}

TYPED_TEST_P(PresenceContract, TakesANodeThatStopsRenewingForDeadAfterItsLease) {
  ASSERT_TRUE(this->a.renew("chat-1.aa"));
  const auto renewed = std::chrono::steady_clock::now();
  ASSERT_TRUE(this->a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}}));
  const auto is_dead = [&] { return !this->lives(this->b, "chat-1.aa"); };
  ASSERT_TRUE(run_until(this->loop, is_dead, PresenceStore::kLease + Seconds(3)));
  EXPECT_GE(std::chrono::steady_clock::now() - renewed, PresenceStore::kLease - Milliseconds(50));
  EXPECT_THAT(*this->b.load("lobby"), testing::IsEmpty());
  EXPECT_EQ(this->b.load("lobby", PresenceStore::Through::all_nodes)->size(), 1U);
  ASSERT_TRUE(this->a.renew("chat-1.aa"));  // it was only slow: its rows are still there
  EXPECT_EQ(this->b.load("lobby")->size(), 1U);
}

TYPED_TEST_P(PresenceContract, ListsTheNodesThatAnnouncedThemselves) {
  NodeCard card{"chat-1", "One", "the first", 1'795'262'400'123, 1'795'262'415'456, 3, 2, 0.5};
  ASSERT_TRUE(this->a.announce(card));
  card.id = "chat-2";
  ASSERT_TRUE(this->b.announce(card));
  card.connections = 4;
  ASSERT_TRUE(this->b.announce(card));
  auto cards = *this->a.list();
  ASSERT_EQ(cards.size(), 2U);
  std::sort(cards.begin(), cards.end(), [](const auto& x, const auto& y) { return x.id < y.id; });
  EXPECT_EQ(cards[0].id, "chat-1");
  EXPECT_EQ(cards[0].name, "One");
  EXPECT_EQ(cards[0].description, "the first");
  EXPECT_EQ(cards[0].started_at, 1'795'262'400'123);
  EXPECT_EQ(cards[0].last_seen, 1'795'262'415'456);
  EXPECT_EQ(cards[0].connections, 3U);
  EXPECT_EQ(cards[0].rooms, 2U);
  EXPECT_DOUBLE_EQ(cards[0].messages_per_second, 0.5);
  EXPECT_EQ(cards[1].connections, 4U);
}

TYPED_TEST_P(PresenceContract, TellsWhoAnnouncesItselfWhoDidSoBeforeAndTheTime) {
  NodeCard card{"chat-1", "One", "", 1'795'262'400'123, 0, 0, 0, 0, "chat-1.aa", "0.1.0", "shared", -7};
  const auto first = this->a.announce(card);
  EXPECT_EQ(first->before, "");
  EXPECT_LT(std::abs(first->time - SystemClock().unix_ms()), 5000);
  const NodeCard listed = this->b.list()->front();
  EXPECT_EQ(listed.instance, "chat-1.aa");
  EXPECT_EQ(listed.version, "0.1.0");
  EXPECT_EQ(listed.secret, "shared");
  EXPECT_EQ(listed.clock_ahead, -7);
  card.instance = "chat-1.bb";
  const auto second = this->b.announce(card);
  EXPECT_EQ(second->before, "chat-1.aa");
  EXPECT_EQ(second->before_started, 1'795'262'400'123);
}

TYPED_TEST_P(PresenceContract, ForgetsANodeThatWithdraws) {
  ASSERT_TRUE(this->a.announce({"chat-1", "One", "", 0, 0, 0, 0, 0}));
  ASSERT_TRUE(this->a.announce({"chat-2", "Two", "", 0, 0, 0, 0, 0}));
  this->a.registry().withdraw("chat-1");
  const auto cards = this->a.list();
  ASSERT_EQ(cards->size(), 1U);
  EXPECT_EQ(cards->front().id, "chat-2");
}

TYPED_TEST_P(PresenceContract, ListsNobodyWhereNobodyAnnouncedItself) {
  EXPECT_THAT(*this->a.list(), testing::IsEmpty());
}

REGISTER_TYPED_TEST_SUITE_P(PresenceContract, TellsWhoIsInARoomThroughWhichNode, ForgetsWhoHasLeft,
                            TellsSubscribersWhatChangedAfterItIsStored, TakesANodeThatResignsForDeadAtOnce,
                            TakesANodeThatStopsRenewingForDeadAfterItsLease, ListsTheNodesThatAnnouncedThemselves,
                            TellsWhoAnnouncesItselfWhoDidSoBeforeAndTheTime, ForgetsANodeThatWithdraws,
                            ListsNobodyWhereNobodyAnnouncedItself);

}  // namespace chat

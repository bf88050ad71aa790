#pragma once

#include <gmock/gmock.h>

#include <map>
#include <utility>

#include "backplane/peer.hpp"
#include "support/recording_consumer.hpp"

/// The behaviour of every ClusterEvents; see backplane_contract.hpp.
namespace chat {

template <class Source>
class EventsContract : public ServicesTest<Source> {
 protected:
  static constexpr const char* kFirst = "chat-1.aa";
  static constexpr const char* kSecond = "chat-2.bb";

  static HoldingChange session(bool begins, const std::string& id, const std::string& reason = {}) {
    return {begins, {Holding::Kind::session, id, "u1 Ana"}, reason, true};
  }
  static HoldingChange room(bool begins, const std::string& name) {
    return {begins, {Holding::Kind::room, name}, {}, true};
  }
  void change(Peer& peer, const char* instance, std::uint64_t number, std::vector<HoldingChange> changes) {
    ASSERT_TRUE(await<bool>(this->loop, [&](auto done) {
      peer.events().change({instance, number, 7, std::move(changes)}, std::move(done));
    }));
  }
  std::vector<Holding> held(const char* instance) {
    std::vector<Holding> found;
    std::string cursor = "0";
    do {
      const auto page = await<ClusterEvents::Page>(
          this->loop, [&](auto done) { this->b.events().list(instance, cursor, std::move(done)); });
      found.insert(found.end(), page->holdings.begin(), page->holdings.end());
      cursor = page->next;
    } while (cursor != "0");
    return found;
  }
  std::vector<NodeInstance> instances() {
    return *await<std::vector<NodeInstance>>(this->loop,
                                             [&](auto done) { this->a.events().instances(std::move(done)); });
  }
  EventBacklog backlog() {
    return *await<EventBacklog>(this->loop, [&](auto done) { this->a.events().backlog(std::move(done)); });
  }
  /// The events so far, each with the value of its first own field.
  std::vector<std::string> told() {
    if (!is_consumed_) this->a.queue().consume(ClusterEvents::kQueue, events_);
    is_consumed_ = true;
    run_until(this->loop, [] { return false; }, Milliseconds(250));
    std::vector<std::string> all;
    for (const auto& entry : events_.got) {
      const std::map<std::string, std::string> fields(entry.fields.begin(), entry.fields.end());
      const auto name = fields.contains("session") ? fields.at("session") : fields.at("room");
      all.push_back(fields.at("event") + ' ' + name);
    }
    return all;
  }
  const QueueFields& last() { return events_.got.back().fields; }

 private:
  RecordingConsumer events_;
  bool is_consumed_ = false;
};
TYPED_TEST_SUITE_P(EventsContract);

TYPED_TEST_P(EventsContract, ASessionsBeginningAndEndAreEvents) {
  this->change(this->a, this->kFirst, 1, {this->session(true, "s1")});
  EXPECT_THAT(this->held(this->kFirst), testing::ElementsAre(Holding{Holding::Kind::session, "s1", "u1 Ana"}));
  EXPECT_THAT(this->instances(), testing::ElementsAre(this->kFirst));
  this->change(this->a, this->kFirst, 2, {this->session(false, "s1", "bye")});
  EXPECT_THAT(this->told(), testing::ElementsAre("connected s1", "disconnected s1"));
  EXPECT_EQ(this->last(), (QueueFields{{"event", "disconnected"},
                                       {"time", "7"},
                                       {"node", "chat-1"},
                                       {"session", "s1"},
                                       {"user", "u1 Ana"},
                                       {"reason", "bye"}}));
  EXPECT_THAT(this->held(this->kFirst), testing::IsEmpty());
}

TYPED_TEST_P(EventsContract, ARepetitionIsNoEvent) {
  const std::vector<HoldingChange> changes{this->session(true, "s1"), this->session(false, "s1"),
                                           this->session(true, "s2")};
  this->change(this->a, this->kFirst, 1, changes);
  this->change(this->a, this->kFirst, 1, changes);
  this->change(this->a, this->kFirst, 2, {this->session(true, "s2")});
  EXPECT_THAT(this->told(), testing::ElementsAre("connected s1", "disconnected s1", "connected s2"));
}

TYPED_TEST_P(EventsContract, ARoomIsOccupiedByItsFirstNodeAndVacatedByItsLast) {
  this->change(this->a, this->kFirst, 1, {this->room(true, "lobby")});
  this->change(this->b, this->kSecond, 1, {this->room(true, "lobby"), this->room(true, "den")});
  this->change(this->a, this->kFirst, 2, {this->room(false, "lobby")});
  EXPECT_THAT(this->told(), testing::ElementsAre("room_occupied lobby", "room_occupied den"));
  this->change(this->b, this->kSecond, 2, {this->room(false, "lobby")});
  EXPECT_THAT(this->told(), testing::ElementsAre("room_occupied lobby", "room_occupied den", "room_vacated lobby"));
}

TYPED_TEST_P(EventsContract, TheEndsOfADeadNodesHoldingsAreToldOnce) {
  this->change(this->a, this->kFirst, 1, {this->session(true, "s1"), this->room(true, "lobby")});
  for (int i = 0; i < 2; ++i) {
    this->change(this->b, this->kFirst, 0, {this->session(false, "s1", "died"), this->room(false, "lobby")});
  }
  EXPECT_THAT(this->told(),
              testing::ElementsAre("connected s1", "room_occupied lobby", "disconnected s1", "room_vacated lobby"));
  EXPECT_THAT(this->instances(), testing::IsEmpty());
}

TYPED_TEST_P(EventsContract, ANodeTellsAnEndThatTheStoreDoesNotKnowOf) {
  this->change(this->a, this->kFirst, 1, {this->session(false, "s1"), this->room(false, "lobby")});
  EXPECT_THAT(this->told(), testing::ElementsAre("disconnected s1", "room_vacated lobby"));
}

TYPED_TEST_P(EventsContract, ChangesThatTheApplicationDoesNotWantAreNoEvents) {
  auto change = this->session(true, "s1");
  change.is_wanted = false;
  this->change(this->a, this->kFirst, 1, {change});
  EXPECT_THAT(this->told(), testing::IsEmpty());
  EXPECT_EQ(this->held(this->kFirst).size(), 1u);
}

TYPED_TEST_P(EventsContract, AStoredMessageIsAnEventOnce) {
  this->a.events().enable([](std::string_view room) { return room == "lobby"; }, 100);
  const auto first = this->a.append("lobby", "{m1}", "ana", 1);
  ASSERT_TRUE(this->a.append("lobby", "{m1}", "ana", 1)->duplicate);
  ASSERT_TRUE(this->a.append("other", "{m2}", "ana", 1));
  ASSERT_TRUE(this->a.append_keyed("lobby", "{m3}", "key"));
  ASSERT_TRUE(this->a.append_keyed("lobby", "{m3}", "key")->duplicate);
  EXPECT_THAT(this->told(), testing::ElementsAre("message_posted lobby", "message_posted lobby"));
  EXPECT_EQ(this->last(), (QueueFields{{"event", "message_posted"},
                                       {"room", "lobby"},
                                       {"epoch", first->position.epoch},
                                       {"offset", "2"},
                                       {"body", "{m3}"}}));
}

TYPED_TEST_P(EventsContract, AFullQueueTakesNoEventAndCountsIt) {
  this->a.events().enable([](std::string_view) { return true; }, 2);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(this->a.append("lobby", "{m}"));
  this->change(this->a, this->kFirst, 1, {this->session(true, "s1")});
  const auto backlog = this->backlog();
  EXPECT_EQ(backlog.waiting, 2u);
  EXPECT_EQ(backlog.lost, 2u);
  EXPECT_EQ(backlog.dead, 0u);
  EXPECT_EQ(this->a.texts("lobby", {0, 10, 10, false}).size(), 3u);
  EXPECT_EQ(this->held(this->kFirst).size(), 1u);
}

REGISTER_TYPED_TEST_SUITE_P(EventsContract, ASessionsBeginningAndEndAreEvents, ARepetitionIsNoEvent,
                            ARoomIsOccupiedByItsFirstNodeAndVacatedByItsLast, TheEndsOfADeadNodesHoldingsAreToldOnce,
                            ANodeTellsAnEndThatTheStoreDoesNotKnowOf, ChangesThatTheApplicationDoesNotWantAreNoEvents,
                            AStoredMessageIsAnEventOnce, AFullQueueTakesNoEventAndCountsIt);

}  // namespace chat

#pragma once

#include <gmock/gmock.h>

#include <utility>

#include "backplane/peer.hpp"
#include "support/recording_consumer.hpp"

/// The behaviour of the queues of every ClusterQueue; see backplane_contract.hpp.
namespace chat {

template <class Source>
class QueueContract : public ServicesTest<Source> {
 protected:
  Result<std::string> push(Peer& peer, QueueFields fields) {
    return await<std::string>(this->loop,
                              [&](auto done) { peer.queue().push("work", std::move(fields), std::move(done)); });
  }
  void push_numbers(int from, int to) {
    for (int i = from; i <= to; ++i) ASSERT_TRUE(push(this->a, {{"n", std::to_string(i)}}));
  }
  template <class Condition>
  bool until(Condition condition) {
    return run_until(this->loop, condition);
  }

  RecordingConsumer one, other;
};
TYPED_TEST_SUITE_P(QueueContract);

using testing::ElementsAre;
using testing::IsEmpty;

TYPED_TEST_P(QueueContract, GivesTheEntriesOldestFirstWithAllTheirFields) {
  const auto first = this->push(this->a, {{"n", "1"}, {"text", ""}, {"n", std::string("\0\xff", 2)}});
  this->push_numbers(2, 3);
  this->b.queue().consume("work", this->one);
  EXPECT_THAT(this->one.got, IsEmpty()) << "before consume() has returned";
  ASSERT_TRUE(this->until([&] { return this->one.got.size() == 3; }));
  EXPECT_THAT(this->one.values(), ElementsAre("1", "2", "3"));
  EXPECT_EQ(this->one.got[0].id, *first);
  EXPECT_EQ(this->one.got[0].fields, (QueueFields{{"n", "1"}, {"text", ""}, {"n", std::string("\0\xff", 2)}}));
  this->push_numbers(4, 4);
  ASSERT_TRUE(this->until([&] { return this->one.got.size() == 4; }));
  EXPECT_EQ(this->one.lost, 0);
}

TYPED_TEST_P(QueueContract, GivesTheEntriesToOneNodeAtATime) {
  this->a.queue().consume("work", this->one);
  this->b.queue().consume("work", this->other);
  this->push_numbers(1, 20);
  ASSERT_TRUE(this->until([&] { return this->one.got.size() + this->other.got.size() == 20; }));
  EXPECT_TRUE(this->one.got.empty() || this->other.got.empty());
}

TYPED_TEST_P(QueueContract, GivesNothingMoreBeforeTheConsumerAsksForIt) {
  RecordingConsumer slow(true);
  this->push_numbers(1, 2);
  this->a.queue().consume("work", slow);
  ASSERT_TRUE(this->until([&] { return slow.got.size() == 2; }));
  this->push_numbers(3, 3);
  run_until(this->loop, [] { return false; }, Milliseconds(300));
  EXPECT_EQ(slow.got.size(), 2U);
  slow.ask();
  ASSERT_TRUE(this->until([&] { return slow.got.size() == 3; }));
}

TYPED_TEST_P(QueueContract, GivesABoundedBatch) {
  RecordingConsumer slow(true);
  for (int i = 0; i < 300; ++i) this->a.queue().push("work", {{"n", "x"}}, [](const Result<std::string>&) {});
  this->push_numbers(300, 300);
  this->a.queue().consume("work", slow);
  ASSERT_TRUE(this->until([&] { return !slow.batches.empty(); }));
  EXPECT_EQ(slow.batches[0], ClusterQueue::kMaxBatchEntries);
  this->a.queue().acknowledge("work", slow.ids());
  const std::string large(ClusterQueue::kMaxEntryBytes - 1, 'x');
  for (int i = 0; i < 100; ++i) this->a.queue().push("large", {{"n", large}}, [](const Result<std::string>&) {});
  this->push_numbers(1, 1);
  RecordingConsumer larger(true);
  this->a.queue().consume("large", larger);
  ASSERT_TRUE(this->until([&] { return !larger.batches.empty(); }));
  EXPECT_LE(larger.batches[0] * large.size(), 2 * ClusterQueue::kMaxBatchBytes);
}

TYPED_TEST_P(QueueContract, GivesWhatIsNotAcknowledgedToTheNextNodeInOrder) {
  this->push_numbers(1, 5);
  this->a.queue().consume("work", this->one);
  ASSERT_TRUE(this->until([&] { return this->one.got.size() == 5; }));
  this->b.queue().consume("work", this->other);
  this->a.queue().acknowledge("work", {this->one.got[0].id, this->one.got[2].id});
  this->push_numbers(6, 6);
  ASSERT_TRUE(this->until([&] { return this->one.got.size() == 6; }));
  EXPECT_THAT(this->other.got, IsEmpty());
  this->a.queue().stop("work");
  this->push_numbers(7, 7);
  ASSERT_TRUE(this->until([&] { return this->other.got.size() == 5; }));
  EXPECT_THAT(this->other.values(), ElementsAre("2", "4", "5", "6", "7"));
  EXPECT_EQ(this->one.got.size(), 6U) << "called after it has stopped";
}

TYPED_TEST_P(QueueContract, GoesOnWithAnotherNodeWhenTheConsumingOneIsGone) {
  this->push_numbers(1, 2);
  this->a.queue().consume("work", this->one);
  ASSERT_TRUE(this->until([&] { return this->one.got.size() == 2; }));
  this->b.queue().consume("work", this->other);
  this->a.backplane().stop();
  ASSERT_TRUE(this->until([&] { return this->other.got.size() == 2; }));
  EXPECT_THAT(this->other.values(), ElementsAre("1", "2"));
}

TYPED_TEST_P(QueueContract, MovesABuriedEntryToTheDeadLettersWithTheReason) {
  this->push_numbers(1, 1);
  ASSERT_TRUE(this->push(this->a, {{"n", "2"}, {"id", "own"}}));
  this->a.queue().consume("work", this->one);
  ASSERT_TRUE(this->until([&] { return this->one.got.size() == 2; }));
  this->a.queue().bury("work", this->one.got[1].id, "it is wrong");
  this->b.queue().consume(ClusterQueue::dead_letters("work"), this->other);
  ASSERT_TRUE(this->until([&] { return this->other.got.size() == 1; }));
  const auto& fields = this->other.got[0].fields;
  ASSERT_FALSE(fields.empty());
  EXPECT_TRUE(this->one.got[1].id.ends_with(fields[0].second)) << "a store of several may put a word before it";
  EXPECT_EQ(fields, (QueueFields{{"id", fields[0].second}, {"reason", "it is wrong"}, {"n", "2"}, {"id", "own"}}));
  this->a.queue().stop("work");
  RecordingConsumer next;
  this->b.queue().consume("work", next);
  ASSERT_TRUE(this->until([&] { return !next.got.empty(); }));
  EXPECT_THAT(next.values(), ElementsAre("1"));
}

TYPED_TEST_P(QueueContract, RefusesAnEntryBeyondItsBounds) {
  const QueueFields many(ClusterQueue::kMaxFields + 1, {"n", "1"});
  for (const QueueFields& fields : {many, QueueFields{{"n", std::string(ClusterQueue::kMaxEntryBytes, 'x')}}, {}}) {
    const auto refused = this->push(this->a, fields);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  }
}

TYPED_TEST_P(QueueContract, CompletesAndGivesNothingAfterTheNodeHasStopped) {
  this->a.queue().consume("work", this->one);
  Outcome<std::string> pushed;
  this->a.queue().push("work", {{"n", "1"}}, pushed.completion());
  this->a.backplane().stop();
  ASSERT_TRUE(this->push(this->b, {{"n", "2"}}));
  ASSERT_TRUE(this->push(this->b, {{"n", "3"}}));
  run_until(this->loop, [] { return false; }, Milliseconds(300));
  EXPECT_EQ(pushed.times(), 0);
  EXPECT_THAT(this->one.got, IsEmpty());
}

REGISTER_TYPED_TEST_SUITE_P(QueueContract, GivesTheEntriesOldestFirstWithAllTheirFields,
                            GivesTheEntriesToOneNodeAtATime, GivesNothingMoreBeforeTheConsumerAsksForIt,
                            GivesABoundedBatch, GivesWhatIsNotAcknowledgedToTheNextNodeInOrder,
                            GoesOnWithAnotherNodeWhenTheConsumingOneIsGone,
                            MovesABuriedEntryToTheDeadLettersWithTheReason, RefusesAnEntryBeyondItsBounds,
                            CompletesAndGivesNothingAfterTheNodeHasStopped);

}  // namespace chat

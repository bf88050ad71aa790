#include "chat/hooks/delivery_queue.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace chat {
namespace {

QueuedEvent event(const std::string& id, const std::string& key, HookEvent kind = HookEvent::message_posted) {
  return {id, kind, key, key, "{\"event\":\"\"}"};
}

class DeliveryQueueTest : public testing::Test {
 protected:
  /// The ids of the events that may be sent now.
  std::string start() {
    std::string ids;
    for (const auto* started : queue_.start(clock_.now(), most_)) ids += (ids.empty() ? "" : " ") + started->id;
    return ids;
  }
  static DeliveryQueue::Concurrency each(std::uint32_t number) {
    DeliveryQueue::Concurrency most;
    most.fill(number);
    return most;
  }

  ManualClock clock_;
  DeliveryQueue queue_;
  DeliveryQueue::Concurrency most_ = each(10);
};

TEST_F(DeliveryQueueTest, SendsOneEventOfAKeyAtATimeAndManyKeys) {
  queue_.add({event("1", "a"), event("2", "a"), event("3", "b"), event("4", "a")});
  EXPECT_EQ(start(), "1 3");
  EXPECT_EQ(start(), "");
  queue_.finish("a");
  EXPECT_EQ(start(), "2");
  queue_.finish("b");
  EXPECT_EQ(start(), "");
  queue_.finish("a");
  EXPECT_EQ(start(), "4");
}

TEST_F(DeliveryQueueTest, KeepsTheOrderOfAKeyOverKindsAndBatches) {
  queue_.add({event("1", "a", HookEvent::room_occupied), event("2", "a")});
  queue_.add({event("3", "a", HookEvent::room_vacated)});
  for (const auto* id : {"1", "2", "3"}) {
    EXPECT_EQ(start(), id);
    queue_.finish("a");
  }
}

TEST_F(DeliveryQueueTest, BoundsTheDeliveriesOfEachKind) {
  most_ = each(2);
  queue_.add({event("1", "a"), event("2", "b"), event("3", "c"), event("4", "d", HookEvent::room_vacated)});
  EXPECT_EQ(start(), "4 1 2");
  queue_.finish("b");
  EXPECT_EQ(start(), "3");
}

TEST_F(DeliveryQueueTest, AFailedEventWaitsAndHoldsItsKeyBackOnly) {
  queue_.add({event("1", "a"), event("2", "a"), event("3", "b"), event("4", "b")});
  EXPECT_EQ(start(), "1 3");
  queue_.retry("a", clock_.now(), 1);
  queue_.finish("b");
  EXPECT_EQ(start(), "4");
  EXPECT_EQ(queue_.due(), clock_.now() + Milliseconds(100));
  clock_.advance(Milliseconds(99));
  EXPECT_EQ(start(), "");
  clock_.advance(Milliseconds(1));
  EXPECT_EQ(start(), "1");
  EXPECT_EQ(queue_.due(), std::nullopt);
  queue_.retry("a", clock_.now(), 1);
  EXPECT_EQ(queue_.due(), clock_.now() + Milliseconds(200));
  clock_.advance(Milliseconds(200));
  EXPECT_EQ(start(), "1");
  queue_.finish("a");
  EXPECT_EQ(start(), "2");
  queue_.retry("a", clock_.now(), 1);
  EXPECT_EQ(queue_.due(), clock_.now() + Milliseconds(100)) << "the pauses of an event are its own";
}

TEST_F(DeliveryQueueTest, CountsEventsAndTheirBytesUntilTheyAreFinished) {
  queue_.add({event("1", "a"), event("2", "b")});
  queue_.add({});
  EXPECT_EQ(start(), "1 2");
  EXPECT_EQ(queue_.size(), 2u);
  EXPECT_EQ(queue_.bytes(), 24u);
  queue_.finish("b");
  EXPECT_EQ(queue_.size(), 1u);
  EXPECT_EQ(queue_.bytes(), 12u);
  queue_.finish("a");
  EXPECT_EQ(queue_.size(), 0u);
  EXPECT_EQ(queue_.bytes(), 0u);
}

TEST(RetryDelay, DoublesFromATenthOfASecondToHalfAMinute) {
  const int expected[] = {100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000};
  std::uint32_t attempts = 0;
  for (const int delay : expected) {
    ++attempts;
    EXPECT_EQ(retry_delay(attempts, 1), Milliseconds(delay));
    EXPECT_EQ(retry_delay(attempts, 0), Milliseconds(delay / 2));
  }
  EXPECT_EQ(retry_delay(4'000'000'000, 1), Milliseconds(30000));
}

}  // namespace
}  // namespace chat

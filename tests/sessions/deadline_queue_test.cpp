#include "chat/sessions/deadline_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SessionRef session(std::uint32_t slot) { return {0, slot, 0, {}}; }

class DeadlineQueueTest : public testing::Test {
 protected:
  std::vector<std::uint32_t> due(Seconds at) {
    std::vector<std::uint32_t> slots;
    queue.take_due(start + at, [&](SessionRef who) { slots.push_back(who.slot); });
    return slots;
  }
  Instant start{};
  DeadlineQueue queue;
};

TEST_F(DeadlineQueueTest, ShowsEachSessionOnceAfterItsTime) {
  queue.add(session(1), start, Seconds(10));
  queue.add(session(2), start + Seconds(3), Seconds(10));
  EXPECT_THAT(due(Seconds(9)), IsEmpty());
  EXPECT_THAT(due(Seconds(10)), ElementsAre(1));
  EXPECT_THAT(due(Seconds(20)), ElementsAre(2));
  EXPECT_THAT(due(Seconds(99)), IsEmpty());
}

TEST_F(DeadlineQueueTest, TakesASessionBackWhileItLooks) {
  queue.add(session(1), start, Seconds(10));
  int looks = 0;
  for (int second = 0; second <= 60; ++second) {
    const Instant now = start + Seconds(second);
    queue.take_due(now, [&](SessionRef who) {
      ++looks;
      queue.add(who, now, Seconds(10));
    });
  }
  EXPECT_EQ(looks, 6);
}

TEST_F(DeadlineQueueTest, KeepsSessionsWithDifferentTimesApart) {
  queue.add(session(1), start, Seconds(15));
  queue.add(session(2), start + Seconds(1), Seconds(10));
  EXPECT_THAT(due(Seconds(11)), ElementsAre(2));
  EXPECT_THAT(due(Seconds(15)), ElementsAre(1));
}

}  // namespace
}  // namespace chat

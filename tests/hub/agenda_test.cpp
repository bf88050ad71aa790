#include "chat/hub/agenda.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SessionRef session(std::uint32_t slot) { return {0, slot, 0, {}}; }

class AgendaTest : public testing::Test {
 protected:
  std::vector<std::uint32_t> due(Seconds at) {
    std::vector<std::uint32_t> slots;
    agenda.take_due(start + at, [&](SessionRef who) { slots.push_back(who.slot); });
    return slots;
  }
  Instant start{};
  Agenda agenda{Seconds(10)};
};

TEST_F(AgendaTest, ShowsEachSessionOnceAfterItsTime) {
  agenda.add(session(1), start);
  agenda.add(session(2), start + Seconds(3));
  EXPECT_THAT(due(Seconds(9)), IsEmpty());
  EXPECT_THAT(due(Seconds(10)), ElementsAre(1));
  EXPECT_THAT(due(Seconds(20)), ElementsAre(2));
  EXPECT_THAT(due(Seconds(99)), IsEmpty());
}

TEST_F(AgendaTest, TakesASessionBackWhileItLooks) {
  agenda.add(session(1), start);
  int looks = 0;
  for (int second = 0; second <= 60; ++second) {
    const Instant now = start + Seconds(second);
    agenda.take_due(now, [&](SessionRef who) {
      ++looks;
      agenda.add(who, now);
    });
  }
  EXPECT_EQ(looks, 6);
}

}  // namespace
}  // namespace chat

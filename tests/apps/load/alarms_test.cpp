#include "apps/load/alarms.hpp"

#include <gmock/gmock.h>

namespace chat::load {
namespace {

using testing::ElementsAre;

std::vector<std::uint32_t> ringing(Alarms& alarms, std::int64_t now) {
  std::vector<std::uint32_t> clients;
  alarms.ring(now, [&](std::uint32_t client, std::int64_t) { clients.push_back(client); });
  return clients;
}

TEST(Alarms, RingEarliestFirstAndOnce) {
  Alarms alarms;
  alarms.set(30, 3);
  alarms.set(10, 1);
  alarms.set(20, 2);
  EXPECT_EQ(alarms.next(), 10);
  EXPECT_THAT(ringing(alarms, 20), ElementsAre(1, 2));
  EXPECT_THAT(ringing(alarms, 30), ElementsAre(3));
  EXPECT_EQ(alarms.next(), Alarms::kNever);
}

TEST(Alarms, MayBeSetWhileTheyRing) {
  Alarms alarms;
  alarms.set(10, 1);
  std::vector<std::int64_t> times;
  alarms.ring(15, [&](std::uint32_t client, std::int64_t at) {
    times.push_back(at);
    alarms.set(at + 4, client);
  });
  EXPECT_THAT(times, ElementsAre(10, 14));
  EXPECT_EQ(alarms.next(), 18);
}

}  // namespace
}  // namespace chat::load

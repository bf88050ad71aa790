#include "backplane/journal.hpp"

#include <gmock/gmock.h>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Instant kNow{Seconds(1000)};

Append append(const std::string& room, std::uint64_t n, std::size_t size = 3) {
  return {room, "sender", n, std::string(size, 'x')};
}

std::vector<std::uint64_t> numbers(const std::vector<Journal::Lost>& lost) {
  std::vector<std::uint64_t> out;
  for (const auto& each : lost) out.push_back(each.append.seq);
  return out;
}

TEST(Journal, FindsWhatALogHasLostInTheOrderItHad) {
  Journal journal;
  for (const std::uint64_t n : {2, 1, 4, 3}) journal.add(append("lobby", n), {"e1", n}, kNow);
  journal.add(append("garden", 9), {"e1", 9}, kNow);
  const LogState after{{"e2", 2}, {{"e1", 2}}};
  EXPECT_THAT(numbers(journal.take_lost("lobby", after, false)), ElementsAre(3, 4));
  EXPECT_THAT(numbers(journal.take_lost("lobby", after, false)), IsEmpty());
  EXPECT_THAT(journal.rooms(), ElementsAre("garden", "lobby"));
}

TEST(Journal, MissesNothingInALogThatGoesOnOrWasWiped) {
  Journal journal;
  journal.add(append("lobby", 7), {"e1", 7}, kNow);
  EXPECT_THAT(numbers(journal.take_lost("lobby", {{"e1", 7}, {}}, true)), IsEmpty());
  EXPECT_THAT(numbers(journal.take_lost("lobby", {{"e2", 7}, {{"e1", 7}}}, true)), IsEmpty());
  EXPECT_THAT(numbers(journal.take_lost("lobby", {{"e9", 0}, {}}, false)), IsEmpty());
}

TEST(Journal, FindsAllThatANewRoomHadWhenTheStoreHasRestartedWithoutIt) {
  Journal journal;
  for (const std::uint64_t n : {1, 2}) journal.add(append("lobby", n), {"e1", n}, kNow);
  EXPECT_THAT(numbers(journal.take_lost("lobby", {{"e2", 0}, {}}, true)), ElementsAre(1, 2));
}

TEST(Journal, ForgetsTheEarlierLifeOfARoomThatWasWiped) {
  Journal journal;
  journal.add(append("lobby", 1), {"e1", 1}, kNow);
  journal.add(append("garden", 1), {"e1", 1}, kNow);
  journal.add(append("lobby", 2), {"e2", 1}, kNow);
  journal.forget_wiped("lobby", {{"e2", 1}, {}});
  EXPECT_THAT(numbers(journal.take_lost("lobby", {{"e3", 0}, {}}, true)), ElementsAre(2));
  EXPECT_THAT(journal.rooms(), ElementsAre("garden"));
}

TEST(Journal, ForgetsWhatIsOld) {
  Journal journal;
  journal.add(append("old", 1), {"e1", 1}, kNow);
  journal.add(append("new", 1), {"e1", 1}, kNow + Seconds(3));
  journal.expire(kNow + Journal::kAge + Milliseconds(1));
  EXPECT_THAT(journal.rooms(), ElementsAre("new"));
}

TEST(Journal, KeepsABoundedNumberOfBytes) {
  Journal journal;
  for (std::uint64_t n = 1; n <= 10; ++n) journal.add(append("room" + std::to_string(n), n, 1 << 20), {"e1", n}, kNow);
  EXPECT_EQ(journal.rooms().size(), 4U);
  journal.add(append("huge", 1, Journal::kMaxBytes + 1), {"e1", 1}, kNow);
  EXPECT_THAT(journal.rooms(), IsEmpty());
}

}  // namespace
}  // namespace chat

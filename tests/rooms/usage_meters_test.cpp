#include "chat/rooms/usage_meters.hpp"

#include <gmock/gmock.h>

namespace chat {
namespace {

using Kind = UsageMeters::Kind;
using testing::IsEmpty;

UsageLimits limits() {
  UsageLimits limits;
  limits.person_messages = {10, 20};
  limits.address_messages = {100, 200};
  return limits;
}

class UsageMetersTest : public testing::Test {
 protected:
  int admitted(UsageMeters& meters, int tries, Kind kind = Kind::address_messages, std::uint64_t payer = 1) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += meters.take({{kind, payer}}, now) == Milliseconds{0} ? 1 : 0;
    return count;
  }

  Instant now{Seconds(1000)};
  UsageMeters a{limits()};
  UsageMeters b{limits()};
};

TEST_F(UsageMetersTest, AdmitsTheBurstAtOnceAndThenTheRate) {
  EXPECT_EQ(admitted(a, 1000), 200);
  now += Seconds(1);
  EXPECT_EQ(admitted(a, 1000), 100);
}

TEST_F(UsageMetersTest, TellsHowLongToWait) {
  admitted(a, 200);
  EXPECT_EQ(a.take({{Kind::address_messages, 1, 5}}, now), Milliseconds(50));
}

TEST_F(UsageMetersTest, ChargesAllMetersOrNone) {
  EXPECT_EQ(admitted(a, 20, Kind::person_messages, 7), 20);
  for (int i = 0; i < 100; ++i) a.take({{Kind::person_messages, 7}, {Kind::address_messages, 1}}, now);
  EXPECT_EQ(admitted(a, 1000), 200) << "refusals cost the address nothing";
}

TEST_F(UsageMetersTest, LetsPayFromTheWholeBurstForWhatIsDearerThanIt) {
  EXPECT_EQ(a.take({{Kind::person_messages, 7, 100}}, now), Milliseconds{0});
  EXPECT_GT(a.take({{Kind::person_messages, 7, 1}}, now), Milliseconds{0});
}

TEST_F(UsageMetersTest, HoldsOneLimitOverTwoNodesInTheLongRun) {
  int total = 0;
  for (int quarter = 0; quarter < 120; ++quarter) {  // 30 s in which each node is asked for 1,000 a second
    total += admitted(a, 250) + admitted(b, 250);
    const auto from_a = a.take_report(), from_b = b.take_report();
    b.apply_report(from_a, now);
    a.apply_report(from_b, now);
    now += Milliseconds(250);
  }
  const int limit = 200 + 30 * 100;
  EXPECT_GE(total, limit * 9 / 10);
  EXPECT_LE(total, limit * 11 / 10);
}

TEST_F(UsageMetersTest, TellsTheOthersNothingOfPeopleWhoDoLittle) {
  admitted(a, 50);
  EXPECT_FALSE(a.has_report());
  EXPECT_THAT(a.take_report(), IsEmpty());
}

TEST_F(UsageMetersTest, TellsWhatWasUsedBeforeThePayerWasBusyToo) {
  admitted(a, 60);
  b.apply_report(a.take_report(), now);
  EXPECT_EQ(admitted(b, 1000), 140);
}

TEST_F(UsageMetersTest, DoesNotTellAnotherNodesUseAgain) {
  admitted(a, 100);
  b.apply_report(a.take_report(), now);
  EXPECT_FALSE(b.has_report());
  admitted(b, 10);
  a.apply_report(b.take_report(), now);
  EXPECT_EQ(admitted(a, 1000), 90);
}

TEST_F(UsageMetersTest, PassesOverReportsThatAreNone) {
  for (const char* junk : {"", " ", "x", "1", "1 1", "9 1 5", "1 1 -5", "1 1 99999999999999999999", ",,,", "1 1 0"}) {
    a.apply_report(junk, now);
  }
  EXPECT_EQ(admitted(a, 1000), 200);
}

TEST_F(UsageMetersTest, BoundsTheDebtThatAForgedReportMakes) {
  for (int i = 0; i < 100; ++i) a.apply_report("1 1 4294967295", now);
  EXPECT_EQ(admitted(a, 1), 0);
  now += Seconds(61);
  EXPECT_GT(admitted(a, 1000), 0);
}

TEST_F(UsageMetersTest, ForgetsPayersWhoMayDoEverythingAgain) {
  for (std::uint64_t payer = 0; payer < 1000; ++payer) admitted(a, 1, Kind::person_messages, payer);
  now += Seconds(1);
  a.expire(now);
  EXPECT_EQ(a.entries(), 0U);
}

TEST_F(UsageMetersTest, AdmitsNobodyNewWhenItIsFull) {
  for (std::uint64_t payer = 0; payer < UsageMeters::kMaxEntries + 10; ++payer) {
    a.take({{Kind::person_messages, payer}}, now);
  }
  EXPECT_EQ(a.entries(), UsageMeters::kMaxEntries);
  EXPECT_GT(a.take({{Kind::person_messages, UsageMeters::kMaxEntries + 5}}, now), Milliseconds{0});
  EXPECT_EQ(a.take({{Kind::person_messages, 5}}, now), Milliseconds{0});
}

TEST_F(UsageMetersTest, HasOneNumberForAnAddressInARoomOnAllNodes) {
  EXPECT_EQ(UsageMeters::in_room(0x7f000001, "lobby"), UsageMeters::in_room(0x7f000001, "lobby"));
  EXPECT_NE(UsageMeters::in_room(0x7f000001, "lobby"), UsageMeters::in_room(0x7f000001, "garden"));
  EXPECT_NE(UsageMeters::in_room(0x7f000001, "lobby"), UsageMeters::in_room(0x7f000002, "lobby"));
}

TEST_F(UsageMetersTest, IsOffWithoutLimits) {
  UsageMeters off{UsageLimits{}};
  EXPECT_TRUE(off.is_off());
  EXPECT_EQ(admitted(off, 10'000), 10'000);
}

}  // namespace
}  // namespace chat

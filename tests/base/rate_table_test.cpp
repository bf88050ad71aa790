#include "chat/base/rate_table.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace chat {
namespace {

using Kind = RateTable::Kind;

class RateTableTest : public testing::Test {
 protected:
  int admitted(std::uint64_t payer, int tries, std::uint32_t cost = 1, Kind kind = Kind::connects) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += table->take(kind, payer, limit, now, cost) == Milliseconds{0} ? 1 : 0;
    return count;
  }

  const RateLimit limit{10, 20};
  Instant now{Seconds(1000)};
  std::unique_ptr<RateTable> table = std::make_unique<RateTable>();
};

TEST_F(RateTableTest, AdmitsTheBurstAtOnceAndThenTheRate) {
  EXPECT_EQ(admitted(1, 100), 20);
  now += Seconds(1);
  EXPECT_EQ(admitted(1, 100), 10);
}

TEST_F(RateTableTest, MetersEachPayerAndEachKindByItself) {
  EXPECT_EQ(admitted(1, 100), 20);
  EXPECT_EQ(admitted(2, 100), 20);
  EXPECT_EQ(admitted(1, 100, 1, Kind::http_requests), 20);
}

TEST_F(RateTableTest, TakesWhatARequestCosts) {
  EXPECT_EQ(admitted(1, 100, 7), 2);
  EXPECT_EQ(table->take(Kind::connects, 1, limit, now, 7), Milliseconds(100));
}

TEST_F(RateTableTest, ChargesWhatWasUsedAlreadyAndTellsHowLongThatTakes) {
  EXPECT_EQ(table->wait(Kind::input, 1, limit, now), Milliseconds{0});
  table->charge(Kind::input, 1, limit, now, 50);
  EXPECT_EQ(table->wait(Kind::input, 1, limit, now), Milliseconds(3000));
  now += Seconds(3);
  EXPECT_EQ(table->wait(Kind::input, 1, limit, now), Milliseconds{0});
}

TEST_F(RateTableTest, HoldsAlmostNobodyToWhatOthersUse) {
  for (std::uint64_t payer = 0; payer < 5000; ++payer) admitted(payer, 20);
  int hurt = 0;
  for (std::uint64_t payer = 10'000; payer < 11'000; ++payer) hurt += admitted(payer, 1) == 0 ? 1 : 0;
  EXPECT_LT(hurt, 20) << "of 1,000, beside 5,000 payers who have used up everything";
}

TEST_F(RateTableTest, LimitsNothingWithoutALimit) {
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(table->take(Kind::connects, 1, RateLimit{}, now), Milliseconds{0});
}

}  // namespace
}  // namespace chat

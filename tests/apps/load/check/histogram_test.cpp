#include "apps/load/check/histogram.hpp"

#include <gtest/gtest.h>

namespace chat::load {
namespace {

TEST(Histogram, IsZeroEverywhereWhenEmpty) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.percentile(50), 0);
  EXPECT_EQ(histogram.percentile(100), 0);
  EXPECT_EQ(histogram.max(), 0);
}

TEST(Histogram, IsExactBelow256) {
  Histogram histogram;
  for (int value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.percentile(50), 50);
  EXPECT_EQ(histogram.percentile(90), 90);
  EXPECT_EQ(histogram.percentile(99), 99);
  EXPECT_EQ(histogram.percentile(100), 100);
}

TEST(Histogram, IsNeverBelowTheValueAndAtMostOnePercentAbove) {
  for (std::int64_t value = 1; value < std::int64_t{1} << 39; value = value * 9 / 8 + 1) {
    Histogram histogram;
    histogram.record(value);
    histogram.record(std::int64_t{1} << 40);  // so that the maximum does not cut the percentile short
    EXPECT_GE(histogram.percentile(50), value);
    EXPECT_LE(static_cast<double>(histogram.percentile(50)), static_cast<double>(value) * 1.01);
  }
}

TEST(Histogram, NeverReportsAPercentileAboveTheMaximum) {
  Histogram histogram;
  histogram.record(1'000'001);
  EXPECT_EQ(histogram.percentile(99), 1'000'001);
  EXPECT_EQ(histogram.max(), 1'000'001);
}

TEST(Histogram, FindsTheOneSlowValueInAThousand) {
  Histogram histogram;
  for (int i = 0; i < 999; ++i) histogram.record(10);
  histogram.record(5000);
  EXPECT_EQ(histogram.percentile(99.9), 10);
  EXPECT_EQ(histogram.percentile(99.95), 5000);
}

TEST(Histogram, CountsValuesOutOfRangeAtItsEnds) {
  Histogram histogram;
  histogram.record(-5);
  EXPECT_EQ(histogram.percentile(100), 0);
  histogram.record(std::int64_t{1} << 60);
  EXPECT_EQ(histogram.max(), std::int64_t{1} << 40);
}

TEST(Histogram, MergedIsTheSameAsRecordedTogether) {
  Histogram together;
  Histogram low;
  Histogram high;
  for (int value = 0; value < 100'000; value += 7) {
    together.record(value);
    (value < 3000 ? low : high).record(value);
  }
  low.merge(high);
  EXPECT_EQ(low.count(), together.count());
  EXPECT_EQ(low.max(), together.max());
  for (const double percent : {1.0, 50.0, 90.0, 99.0, 100.0}) {
    EXPECT_EQ(low.percentile(percent), together.percentile(percent));
  }
}

TEST(Histogram, ShowsItsBucketsInOrderAndCanBeRebuiltFromThem) {
  Histogram histogram;
  for (const int value : {7, 7, 7, 1000, 123'456}) histogram.record(value);
  Histogram same;
  std::int64_t last = -1;
  histogram.each_bucket([&](std::int64_t top, std::uint64_t count) {
    EXPECT_GT(top, last);
    last = top;
    same.record(top, count);
  });
  EXPECT_EQ(histogram.bucket_count(), 3U);
  EXPECT_EQ(same.bucket_count(), 3U);
  same.set_max(histogram.max());
  for (const double percent : {50.0, 80.0, 100.0}) EXPECT_EQ(same.percentile(percent), histogram.percentile(percent));
}

}  // namespace
}  // namespace chat::load

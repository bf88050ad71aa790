#include "apps/load/report/chart.hpp"

#include <gmock/gmock.h>

namespace chat::load {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Chart, DrawsALineForEachSeriesWithinItsFrame) {
  Chart chart{"Two lines", time_ticks(2), {{"low", {{0, 0}, {2, 1}}}, {"high", {{0, 50}, {2, 100}}}}};
  const auto svg = chart.svg();
  EXPECT_THAT(svg, HasSubstr("Two lines"));
  EXPECT_THAT(svg, HasSubstr(R"(<polyline class="s0" points="56.0,216.0 )")) << "0 stands on the axis";
  EXPECT_THAT(svg, HasSubstr(R"(<polyline class="s1")"));
  EXPECT_THAT(svg, HasSubstr(R"(<span class="s1">high</span>)"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(Chart, DrawsAnEmptyOrFlatSeriesToo) {
  for (const bool is_logarithmic : {false, true}) {
    const Chart chart{"Flat", time_ticks(2), {{"none", {}}, {"zero", {{1, 0}, {2, 0}}}}, is_logarithmic};
    EXPECT_THAT(chart.svg(), Not(testing::AnyOf(HasSubstr("nan"), HasSubstr("inf"))));
  }
}

TEST(Chart, DrawsBarsThatEndAtTheirSecond) {
  Chart chart{"Bars", time_ticks(10), {{"count", {{1, 5}, {2, 10}}}}};
  chart.has_bars = true;
  EXPECT_THAT(chart.svg(), HasSubstr(R"(<rect class="s0" x="56.5")"));
}

TEST(Chart, LabelsNotTooManyMoments) {
  for (const double seconds : {1.0, 9.0, 22.0, 305.0, 3600.0}) {
    const auto ticks = time_ticks(seconds);
    EXPECT_LE(ticks.size(), 14U) << seconds;
    EXPECT_EQ(ticks.back().at, seconds);
  }
}

TEST(Chart, WritesLargeNumbersShort) {
  EXPECT_EQ(short_number(0.5), "0.5");
  EXPECT_EQ(short_number(9999), "9999");
  EXPECT_EQ(short_number(20000), "20 k");
  EXPECT_EQ(short_number(1234567), "1.23 M");
}

}  // namespace
}  // namespace chat::load

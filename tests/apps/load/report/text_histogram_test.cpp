#include "apps/load/report/text_histogram.hpp"

#include <gtest/gtest.h>

namespace chat::load {
namespace {

TEST(TextHistogram, IsEmptyWithoutValues) { EXPECT_EQ(text_histogram(Histogram()), ""); }

TEST(TextHistogram, HasABarForEachStepFromTheLeastToTheMost) {
  Histogram histogram;
  histogram.record(150, 50);
  histogram.record(900, 25);
  histogram.record(1500, 25);
  std::string full;
  for (int i = 0; i < 25; ++i) full += "█";
  EXPECT_EQ(text_histogram(histogram), "  ≤  200 µs  50.000 % " + full + full +
                                           "\n"
                                           "  ≤  500 µs   0.000 % \n"
                                           "  ≤    1 ms  25.000 % " +
                                           full +
                                           "\n"
                                           "  ≤    2 ms  25.000 % " +
                                           full + "\n");
}

TEST(TextHistogram, ShowsRareValuesAsAtLeastAThinBar) {
  Histogram histogram;
  histogram.record(100, 1'000'000);
  histogram.record(3'000'000);
  const auto text = text_histogram(histogram);
  EXPECT_NE(text.find("≤     5 s   0.000 % ▏\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace chat::load

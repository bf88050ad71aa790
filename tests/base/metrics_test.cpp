#include "chat/base/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <thread>

namespace chat {
namespace {

using testing::ElementsAre;

Counter events{"test_events_total", "Events of this test"};
Histogram times{"test_times_seconds", "Times of this test", {10, 100}};

metrics::Sample sample(std::string_view name) {
  for (auto& one : metrics::collect()) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << name;
  return {};
}

TEST(Counter, SumsWhatEachThreadHasCountedAlsoAfterItsEnd) {
  const auto before = sample("test_events_total").counts.at(0);
  std::thread other([] { events.add(41); });
  other.join();
  events.add();
  EXPECT_EQ(sample("test_events_total").counts.at(0), before + 42);
}

TEST(Histogram, CountsAValueInTheFirstBucketThatHoldsIt) {
  for (const std::uint64_t value : {1, 10, 11, 100, 101}) times.observe(value);
  const auto found = sample("test_times_seconds");
  EXPECT_THAT(found.bounds, ElementsAre(10, 100));
  EXPECT_THAT(found.counts, ElementsAre(2, 2, 1));
  EXPECT_EQ(found.sum, 223U);
}

}  // namespace
}  // namespace chat

#include "apps/load/packing.hpp"

#include <gmock/gmock.h>

namespace chat::load {
namespace {

using testing::ElementsAre;
using testing::Pair;

Histogram histogram_of(std::initializer_list<std::int64_t> values) {
  Histogram histogram;
  for (const auto value : values) histogram.record(value);
  return histogram;
}

void expect_equal(const Histogram& a, const Histogram& b) {
  EXPECT_EQ(a.count(), b.count());
  EXPECT_EQ(a.max(), b.max());
  for (const double percent : {0.1, 25.0, 50.0, 90.0, 99.0, 100.0})
    EXPECT_EQ(a.percentile(percent), b.percentile(percent));
}

Results some_results() {
  Results results;
  results.joined = 10;
  results.total = {7, 70};
  results.clients_by_node = {{"chat-1", 4}, {"chat-2", 6}};
  results.failures.cut = {{"", 1}, {"close code 4008 slow", 2}};
  results.from_due.cross_node = histogram_of({3, 700, 700, 1'000'001});
  results.returns.reconnected.include(5);
  results.returns.reconnected.include(9);
  results.checks.by_sender.out_of_order = 3;
  return results;
}

TEST(Packing, UnpacksThePackedValues) {
  const Results results = some_results();
  const auto same = unpack<Results>(pack(results));
  EXPECT_EQ(same.joined, 10U);
  EXPECT_EQ(same.total.delivered, 70U);
  EXPECT_EQ(same.clients_by_node, results.clients_by_node);
  EXPECT_EQ(same.failures.cut, results.failures.cut);
  EXPECT_EQ(same.returns.reconnected.first, 5);
  EXPECT_EQ(same.returns.reconnected.last, 9);
  EXPECT_EQ(same.checks.by_sender.out_of_order, 3U);
  expect_equal(same.from_due.cross_node, results.from_due.cross_node);
  expect_equal(same.from_due.same_node, Histogram());
}

TEST(Packing, RefusesBytesThatEndTooEarly) {
  const auto bytes = pack(some_results());
  EXPECT_THROW(unpack<Results>(std::string_view(bytes).substr(0, bytes.size() - 1)), std::runtime_error);
}

TEST(Merging, AddsCountsAndTalliesAndWidensSpans) {
  Results results = some_results();
  Results other;
  other.total = {1, 2};
  other.clients_by_node = {{"chat-2", 1}, {"chat-3", 5}};
  other.returns.reconnected.include(12);
  other.from_due.cross_node = histogram_of({2'000'000});
  merge(results, other);
  EXPECT_EQ(results.total.sent, 8U);
  EXPECT_THAT(results.clients_by_node, ElementsAre(Pair("chat-1", 4), Pair("chat-2", 7), Pair("chat-3", 5)));
  EXPECT_EQ(results.returns.reconnected.first, 5);
  EXPECT_EQ(results.returns.reconnected.last, 12);
  EXPECT_EQ(results.from_due.cross_node.count(), 5U);
  EXPECT_EQ(results.from_due.cross_node.max(), 2'000'000);
}

TEST(Merging, AWorkerWithoutReconnectsChangesNoSpan) {
  Results results = some_results();
  merge(results, Results());
  EXPECT_EQ(results.returns.reconnected.first, 5);
  EXPECT_EQ(results.returns.reconnected.last, 9);
}

TEST(Merging, PutsASecondOfSeveralWorkersTogether) {
  Second second;
  second.so_far = {5, 50};
  second.all = histogram_of({10, 20});
  Second other;
  other.so_far = {6, 60};
  other.reconnects = 2;
  other.all = histogram_of({30});
  merge(second, unpack<Second>(pack(other)));
  EXPECT_EQ(second.so_far.sent, 11U);
  EXPECT_EQ(second.so_far.delivered, 110U);
  EXPECT_EQ(second.reconnects, 2U);
  expect_equal(second.all, histogram_of({10, 20, 30}));
}

}  // namespace
}  // namespace chat::load

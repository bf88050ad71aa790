#include "chat/rooms/trace_starts.hpp"

#include <gtest/gtest.h>

#include "chat/core/trace_mark.hpp"
#include "support/manual_clock.hpp"

namespace chat {
namespace {

class TraceStartsTest : public testing::Test {
 protected:
  TraceStarts starts(std::uint32_t sample) { return {sample, *rates, clock}; }
  static int count(TraceStarts& traces, int messages, bool is_asked) {
    int traced = 0;
    for (int i = 0; i < messages; ++i) traced += traces.start(is_asked).empty() ? 0 : 1;
    return traced;
  }
  ManualClock clock;
  std::unique_ptr<RateTable> rates = std::make_unique<RateTable>();
  const std::string sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const std::string unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
};

TEST_F(TraceStartsTest, OffItTracesOnlyWhatIsAskedFor) {
  auto traces = starts(0);
  EXPECT_EQ(count(traces, 50, false), 0);
  EXPECT_TRUE(is_traceparent(traces.start(true)));
}

TEST_F(TraceStartsTest, TracesOneInSoMany) {
  auto traces = starts(10);
  EXPECT_EQ(count(traces, 100, false), 10);
}

TEST_F(TraceStartsTest, TracesNoMoreThanItsRate) {
  auto traces = starts(0);
  EXPECT_EQ(count(traces, 1000, true), static_cast<int>(TraceStarts::kRate.burst));
  clock.advance(Seconds(1));
  EXPECT_EQ(count(traces, 1000, true), static_cast<int>(TraceStarts::kRate.per_second));
}

TEST_F(TraceStartsTest, KeepsTheTracesOfTheApplicationFromClients) {
  auto traces = starts(0);
  count(traces, 1000, true);
  EXPECT_FALSE(traces.follow(sampled).empty());
}

TEST_F(TraceStartsTest, FollowsTheTraceOfAnApplicationThatRecordsIt) {
  auto traces = starts(0);
  const std::string followed = traces.follow(sampled);
  EXPECT_EQ(trace_id_of(followed), trace_id_of(sampled));
  EXPECT_NE(span_id_of(followed), span_id_of(sampled));
  EXPECT_EQ(traces.follow(unsampled), "");
  EXPECT_EQ(traces.follow("nonsense"), "");
  EXPECT_EQ(traces.follow({}), "");
}

}  // namespace
}  // namespace chat

#include "server/metrics.hpp"

#include <gmock/gmock.h>

#include "chat/base/metrics.hpp"

namespace chat {
namespace {

Counter red{R"(test_balls_total{colour="red",size="small"})", "Balls of this test"};
Counter blue{R"(test_balls_total{colour="blue",size="big"})", "Balls of this test"};
Counter plain{"test_balls_lost_total", "Lost balls of this test"};
Histogram flight{"test_flight_seconds", "Time in the air", {500, 1'500'000}};

TEST(Metrics, OfOneFamilyStandTogetherWithTheirLabels) {
  red.add(2);
  blue.add(3);
  plain.add(4);
  EXPECT_THAT(to_prometheus({}), testing::HasSubstr("# HELP test_balls_total Balls of this test\n"
                                                    "# TYPE test_balls_total counter\n"
                                                    "test_balls_total{colour=\"blue\",size=\"big\"} 3\n"
                                                    "test_balls_total{colour=\"red\",size=\"small\"} 2\n"));
  EXPECT_THAT(to_prometheus({}), testing::HasSubstr("test_balls_lost_total 4\n"));
}

TEST(Metrics, TellTimesInSeconds) {
  flight.observe(400);
  flight.observe(1'000'000);
  EXPECT_THAT(to_prometheus({}), testing::HasSubstr("# TYPE test_flight_seconds histogram\n"
                                                    "test_flight_seconds_count 2\n"
                                                    "test_flight_seconds_sum 1.0004\n"
                                                    "test_flight_seconds_bucket{le=\"0.0005\"} 1\n"
                                                    "test_flight_seconds_bucket{le=\"1.5\"} 2\n"
                                                    "test_flight_seconds_bucket{le=\"+Inf\"} 2\n"));
}

TEST(Metrics, TellWhetherTheNodeIsReadyItsClockAndTheStore) {
  NodeFigures figures;
  figures.ready = true;
  figures.clock_ahead = -1.25;
  figures.store = {1000, 4000};
  EXPECT_THAT(to_prometheus(figures), testing::AllOf(testing::HasSubstr("\nchat_ready 1\n"),
                                                     testing::HasSubstr("\nchat_clock_ahead_seconds -1.25\n"),
                                                     testing::HasSubstr("\nchat_store_used_bytes 1000\n"),
                                                     testing::HasSubstr("\nchat_store_max_bytes 4000\n")));
}

}  // namespace
}  // namespace chat

#include "server/metrics.hpp"

#include <gmock/gmock.h>

#include "chat/base/metrics.hpp"

namespace chat {
namespace {

Counter red{R"(test_balls_total{colour="red",size="small"})", "Balls of this test"};
Counter blue{R"(test_balls_total{colour="blue",size="big"})", "Balls of this test"};
Counter plain{"test_balls_lost_total", "Lost balls of this test"};

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

}  // namespace
}  // namespace chat

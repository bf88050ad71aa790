#include "server/readiness.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace chat {
namespace {

class ReadinessTest : public testing::Test {
 protected:
  void look_after(Milliseconds time) {
    clock.advance(time);
    readiness.look();
  }

  boost::asio::io_context loop;
  ManualClock clock;
  Admission admission{{}};
  std::vector<std::string> faults{"Redis does not answer"};
  int moves = 0;
  Readiness readiness{loop, clock, admission, [this] { return faults; }, [this] { ++moves; }};
};

TEST_F(ReadinessTest, TakesNobodyBeforeItHasBeenReady) {
  EXPECT_FALSE(admission.is_open());
  look_after(Seconds(60));
  EXPECT_FALSE(admission.is_open());
  EXPECT_EQ(moves, 0) << "nobody is here";
  faults.clear();
  look_after(Milliseconds(100));
  EXPECT_TRUE(admission.is_open());
}

TEST_F(ReadinessTest, RefusesNewClientsAfterASecondAndSendsTheOthersAwayEveryTwo) {
  faults.clear();
  readiness.look();
  faults = {"Redis does not answer"};
  readiness.look();
  look_after(Milliseconds(900));
  EXPECT_TRUE(admission.is_open());
  look_after(Milliseconds(100));
  EXPECT_FALSE(admission.is_open());
  look_after(Milliseconds(900));
  EXPECT_EQ(moves, 0);
  for (int i = 0; i < 19; ++i) look_after(Milliseconds(100));
  EXPECT_EQ(moves, 1);
  for (int i = 0; i < 3; ++i) look_after(Milliseconds(100));
  EXPECT_EQ(moves, 2);
}

TEST_F(ReadinessTest, ForgetsAShortAbsence) {
  faults.clear();
  readiness.look();
  for (int i = 0; i < 10; ++i) {
    faults = {"Redis does not answer"};
    look_after(Milliseconds(100));
    look_after(Milliseconds(700));
    faults.clear();
    look_after(Milliseconds(100));
  }
  EXPECT_TRUE(admission.is_open());
  EXPECT_EQ(moves, 0);
}

}  // namespace
}  // namespace chat

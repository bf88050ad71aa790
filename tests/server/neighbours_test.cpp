#include "server/neighbours.hpp"

#include <gmock/gmock.h>

#include "support/manual_clock.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class NeighboursTest : public testing::Test {
 protected:
  NodeCard card(const std::string& id, const std::string& instance, UnixMs started, const std::string& secret = "a") {
    return {id, id, "", started, clock.unix_ms(), 0, 0, 0, instance, "", secret, 0};
  }
  void announce(const std::string& before, UnixMs before_started) {
    neighbours.on_announced(own, {before, before_started, clock.unix_ms()});
  }

  ManualClock clock;
  Neighbours neighbours{clock};
  NodeCard own = card("chat-2", "chat-2.mine", 1000);
};

TEST_F(NeighboursTest, TakesAnIdOverFromALifeThatEnded) {
  announce("chat-2.dead", 500);
  announce("chat-2.mine", 1000);
  EXPECT_THAT(neighbours.faults(), IsEmpty());
}

TEST_F(NeighboursTest, GivesWayToALiveNodeWithItsIdThatBeganEarlierAndForgetsItWhenItIsGone) {
  announce("", 0);
  announce("chat-2.other", 500);
  EXPECT_THAT(neighbours.faults(), ElementsAre(HasSubstr("--node-id")));
  clock.advance(Seconds(41));
  announce("chat-2.mine", 1000);
  EXPECT_THAT(neighbours.faults(), IsEmpty());
}

TEST_F(NeighboursTest, StaysWhereTheOtherWithItsIdBeganLater) {
  announce("", 0);
  announce("chat-2.other", 2000);
  EXPECT_THAT(neighbours.faults(), IsEmpty());
}

TEST_F(NeighboursTest, GivesWayToAnEarlierNodeWithAnotherSecret) {
  neighbours.on_listed(own, {own, card("chat-1", "chat-1.x", 10, "b"), card("chat-3", "chat-3.x", 10)});
  EXPECT_THAT(neighbours.faults(), ElementsAre("node chat-1 has another secret: --secret"));
  neighbours.on_listed(own, {own, card("chat-3", "chat-3.x", 10)});
  EXPECT_THAT(neighbours.faults(), IsEmpty());
}

TEST_F(NeighboursTest, IsNotImpressedByALaterADeadAForgedOrAnOldNodeWithAnotherSecret) {
  auto dead = card("chat-1", "chat-1.x", 10, "b");
  dead.last_seen -= 31'000;
  auto forged = card("chat-5", "chat-5.x", 10, "b");
  forged.last_seen = 253'402'300'799'999;
  neighbours.on_listed(own, {dead, forged, card("chat-3", "chat-3.x", 2000, "b"), card("chat-4", "", 10, "")});
  EXPECT_THAT(neighbours.faults(), IsEmpty());
}

TEST(NameOfSecret, TellsSecretsApartAndNotWhatTheyAre) {
  EXPECT_EQ(name_of_secret(""), "shared");
  EXPECT_EQ(name_of_secret("0123456789abcdef"), name_of_secret("0123456789abcdef"));
  EXPECT_NE(name_of_secret("0123456789abcdef"), name_of_secret("0123456789abcdeg"));
  EXPECT_EQ(name_of_secret("0123456789abcdef").size(), 10U);
}

}  // namespace
}  // namespace chat

#include "server/hop_json.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

const std::string kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(HopJson, TellsTheTimesByTheClockOfTheStore) {
  const Intake intake{"lobby", {"e1", 7}, kTrace, {}, 1'795'262'400'123'456, 1'795'262'400'124'356};
  EXPECT_EQ(
      to_json(intake, "chat-2", {456, 80}, "durable"),
      R"({"node":"chat-2","trace":")" + kTrace +
          R"(","received":1795262400123000,"appended":1795262400123900,"ack":"durable","ahead_us":456,"error_us":80})");
}

TEST(HopJson, LeavesOutWhatHasNotHappened) {
  const Delivery delivery{"lobby", {"e1", 7}, kTrace, 0, 2000, 0, 0, 0, false};
  EXPECT_EQ(to_json(delivery, "chat-1", {-5, 80}),
            R"({"node":"chat-1","trace":")" + kTrace +
                R"(","framed":2005,"sockets":0,"laggards":0,"incomplete":true,"ahead_us":-5,"error_us":80})");
}

TEST(HopJson, SaysThatASenderHasRepeatedAMessage) {
  const Intake intake{"lobby", {"e1", 7}, kTrace, {}, 10, 20, true};
  EXPECT_NE(to_json(intake, "chat-2", {}, "stored").find(R"("duplicate":true)"), std::string::npos);
}

}  // namespace
}  // namespace chat

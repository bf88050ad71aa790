#include "protocols/socketio/payload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "chat/codec/websocket_framing.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Packets = std::vector<std::pair<std::string, bool>>;

/// The packets of a payload, and behind the last good one nothing if one is none.
std::pair<Packets, bool> split(std::string_view payload) {
  Packets packets;
  const bool good = split_payload(payload, [&packets](std::string_view packet, bool binary) {
    packets.emplace_back(packet, binary);
    return true;
  });
  return {packets, good};
}

TEST(EnginePayload, IsPacketsJoinedBy0x1E) {
  EXPECT_THAT(split("4one\x1e"
                    "4\x1e"
                    "2")
                  .first,
              ElementsAre(Pair("4one", false), Pair("4", false), Pair("2", false)));
  EXPECT_THAT(split("bAQIDBA==\x1e"
                    "4x")
                  .first,
              ElementsAre(Pair("\x01\x02\x03\x04", true), Pair("4x", false)));
}

TEST(EnginePayload, EndsAtTheFirstPacketThatIsNone) {
  for (const char* payload : {"", "4x\x1e",
                              "\x1e"
                              "4x",
                              "abc", "7", "b*", "bA"})
    EXPECT_FALSE(split(payload).second) << payload;
  EXPECT_THAT(split("4x\x1e"
                    "abc\x1e"
                    "4y")
                  .first,
              ElementsAre(Pair("4x", false)));
}

TEST(EnginePayload, IsReadUntilTheReaderHasEnough) {
  int taken = 0;
  EXPECT_TRUE(
      split_payload("1\x1e"
                    "abc",
                    [&taken](std::string_view, bool) { return ++taken > 1; }));
  EXPECT_EQ(taken, 1);
}

TEST(EnginePayload, HasThePacketsOfWebSocketFrames) {
  std::string frames;
  append_websocket_frame(frames, Opcode::text, "4hello");
  append_websocket_frame(frames, Opcode::binary, std::string_view("\x01\x02\x03", 3));
  append_websocket_frame(frames, Opcode::pong, "x");
  EXPECT_FALSE(has_close_frame(frames));
  frames += close_frame({CloseCode::disconnected, "go"});
  EXPECT_TRUE(has_close_frame(frames));
  EXPECT_EQ(payload_of_frames(frames),
            "4hello\x1e"
            "bAQID\x1e"
            "1");
  EXPECT_EQ(payload_of_frames({}), "");
}

TEST(EnginePayload, SaysNothingOfTheEndToAClientThatIsWantedBack) {
  for (const auto code : {CloseCode::restart, CloseCode::slow, CloseCode::hello_timeout, CloseCode::internal}) {
    EXPECT_EQ(payload_of_frames(close_frame({code, "later"})), "");
  }
  for (const auto code : {CloseCode::normal, CloseCode::protocol_error, CloseCode::unauthorized}) {
    EXPECT_EQ(payload_of_frames(close_frame({code, "go"})), "1");
  }
}

TEST(EnginePayload, ReadsBase64WithAndWithoutPadding) {
  EXPECT_EQ(from_base64("AQ=="), "\x01");
  EXPECT_EQ(from_base64("AQ"), "\x01");
  EXPECT_EQ(from_base64("+/8="), "\xfb\xff");
  EXPECT_EQ(from_base64(""), "");
  for (const char* bad : {"A", "A===", "AQ=A", "A Q=", "-_8="}) EXPECT_FALSE(from_base64(bad)) << bad;
}

}  // namespace
}  // namespace chat

#include "chat/codec/websocket_framing.hpp"

#include <gtest/gtest.h>

#include "chat/codec/format.hpp"

namespace chat {
namespace {

using namespace std::string_literals;

std::string frame(Opcode opcode, const std::string& payload) {
  std::string out;
  append_websocket_frame(out, opcode, payload);
  return out;
}

TEST(WebSocketFraming, WritesTheShortestLength) {
  const std::pair<std::size_t, std::string> cases[] = {
      {0, "\x81\x00"s},
      {1, "\x81\x01"s},
      {125, "\x81\x7d"s},
      {126, "\x81\x7e\x00\x7e"s},
      {65535, "\x81\x7e\xff\xff"s},
      {65536, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s},
  };
  for (const auto& [size, head] : cases) {
    const std::string payload(size, 'x');
    EXPECT_EQ(frame(Opcode::text, payload), head + payload) << size;
  }
}

TEST(WebSocketFraming, MarksEveryKindOfFrame) {
  EXPECT_EQ(frame(Opcode::binary, "x"), "\x82\x01x"s);
  EXPECT_EQ(frame(Opcode::ping, ""), "\x89\x00"s);
  EXPECT_EQ(frame(Opcode::pong, "Hello"), "\x8a\x05Hello"s);
}

TEST(WebSocketFraming, AppendsToWhatIsThere) {
  std::string out = frame(Opcode::text, "a");
  append_websocket_frame(out, Opcode::text, "b");
  EXPECT_EQ(out,
            "\x81\x01"
            "a\x81\x01"
            "b");
}

TEST(WebSocketFraming, SaysWhyItCloses) {
  EXPECT_EQ(close_frame({CloseCode::normal, ""}), "\x88\x02\x03\xe8"s);
  EXPECT_EQ(close_frame({CloseCode::slow, "slow"}), "\x88\x06\x0f\xa8slow"s);
}

}  // namespace
}  // namespace chat

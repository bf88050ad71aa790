#include "protocols/chat_v1/formats.hpp"

#include <gtest/gtest.h>

#include <string>

#include "chat/codec/websocket_framing.hpp"

namespace chat {
namespace {

TEST(Format, FramesAnEventOnceForAllWhoShareIt) {
  EXPECT_EQ(make_frame(chat_v1_formats().websocket, "7", Left{"lobby"}).view(),
            std::string("\x81\x25") + R"({"type":"left","id":7,"room":"lobby"})");
  EXPECT_EQ(goodbye_frame(chat_v1_formats().websocket, {CloseCode::restart, "bye"}).view(),
            close_frame({CloseCode::restart, "bye"}));
}

TEST(HttpFormats, FrameTheSameJsonAsAWebSocket) {
  EXPECT_EQ(make_frame(chat_v1_formats().sse, "7", Left{"lobby"}).view(),
            "data: {\"type\":\"left\",\"id\":7,\"room\":\"lobby\"}\n\n");
  EXPECT_EQ(make_frame(chat_v1_formats().poll, "7", Left{"lobby"}).view(),
            ",{\"type\":\"left\",\"id\":7,\"room\":\"lobby\"}");
}

TEST(HttpFormats, StayOnOneLineWhateverPeopleWrite) {
  const std::string frame(make_frame(chat_v1_formats().sse, {}, Typing{"lobby", {"id", "A\nB\r\n\ndata: x"}}).view());
  EXPECT_EQ(frame.find_first_of("\r\n"), frame.size() - 2);
}

TEST(HttpFormats, TellInALastEventWhyTheConnectionEnds) {
  const CloseReason reason{CloseCode::slow, "too \"slow\""};
  EXPECT_EQ(goodbye_frame(chat_v1_formats().sse, reason).view(),
            "event: close\ndata: {\"type\":\"close\",\"code\":4008,\"reason\":\"too \\\"slow\\\"\"}\n\n");
  EXPECT_EQ(goodbye_frame(chat_v1_formats().poll, reason).view(),
            ",{\"type\":\"close\",\"code\":4008,\"reason\":\"too \\\"slow\\\"\"}");
}

}  // namespace
}  // namespace chat

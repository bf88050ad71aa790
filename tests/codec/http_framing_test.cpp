#include "chat/codec/http_framing.hpp"

#include <gtest/gtest.h>

#include "chat/codec/format.hpp"

namespace chat {
namespace {

TEST(EventStreamFraming, PutsAnEventOnOneDataLine) {
  std::string out;
  append_sse_event(out, R"({"type":"left"})");
  append_sse_event(out, "{}", "close");
  EXPECT_EQ(out, "data: {\"type\":\"left\"}\n\nevent: close\ndata: {}\n\n");
}

TEST(PollFraming, MakesAnArrayOfWhateverEventsThereAre) {
  std::string events;
  append_polled_event(events, R"({"a":1})");
  EXPECT_EQ(poll_answer(1, events), "{\"ack\":1,\"events\":[{\"a\":1}]}\n");
  append_polled_event(events, R"({"b":2})");
  EXPECT_EQ(poll_answer(12, events), "{\"ack\":12,\"events\":[{\"a\":1},{\"b\":2}]}\n");
}

TEST(HttpFormats, FrameTheSameJsonAsAWebSocket) {
  EXPECT_EQ(make_frame(Format::json_sse, "7", Left{"lobby"}).view(),
            "data: {\"type\":\"left\",\"id\":7,\"room\":\"lobby\"}\n\n");
  EXPECT_EQ(make_frame(Format::json_poll, "7", Left{"lobby"}).view(),
            ",{\"type\":\"left\",\"id\":7,\"room\":\"lobby\"}");
}

TEST(HttpFormats, StayOnOneLineWhateverPeopleWrite) {
  const std::string frame(make_frame(Format::json_sse, {}, Typing{"lobby", {"id", "A\nB\r\n\ndata: x"}}).view());
  EXPECT_EQ(frame.find_first_of("\r\n"), frame.size() - 2);
}

TEST(HttpFormats, TellInALastEventWhyTheConnectionEnds) {
  const CloseReason reason{CloseCode::slow, "too \"slow\""};
  EXPECT_EQ(goodbye_frame(Format::json_sse, reason).view(),
            "event: close\ndata: {\"type\":\"close\",\"code\":4008,\"reason\":\"too \\\"slow\\\"\"}\n\n");
  EXPECT_EQ(goodbye_frame(Format::json_poll, reason).view(),
            ",{\"type\":\"close\",\"code\":4008,\"reason\":\"too \\\"slow\\\"\"}");
}

}  // namespace
}  // namespace chat

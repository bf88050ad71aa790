#include "chat/codec/http_framing.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace chat

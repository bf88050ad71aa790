#include "chat/base/trace.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(Trace, IsOffUnlessTheLogAsksForIt) {
  for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::error}) {
    open_log(level, LogFormat::text);
    EXPECT_FALSE(is_traced(Hop::received));
    EXPECT_FALSE(is_traced(Hop::flushed));
  }
}

TEST(Trace, WritesAHopWithWhereTheMessageIs) {
  testing::internal::CaptureStderr();
  open_log(LogLevel::trace, LogFormat::text);
  if (is_traced(Hop::stored)) trace(Hop::stored, {{"room", "lobby"}, {"offset", 7}});
  const auto line = testing::internal::GetCapturedStderr();
  open_log(LogLevel::error, LogFormat::text);
  EXPECT_TRUE(line.ends_with("Z trace event=stored room=lobby offset=7\n")) << line;
}

TEST(Trace, TracesTheHopsThatAreSet) {
  traced_hops = 1U << static_cast<unsigned>(Hop::delivered);
  EXPECT_TRUE(is_traced(Hop::delivered));
  EXPECT_FALSE(is_traced(Hop::published));
  traced_hops = 0;
}

}  // namespace
}  // namespace chat

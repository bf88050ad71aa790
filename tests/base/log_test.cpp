#include "chat/base/log.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

std::string logged(LogFormat format, LogFields fields) {
  testing::internal::CaptureStderr();
  open_log(LogLevel::info, format);
  log_debug("unseen");
  log_info("joined", fields);
  const auto line = testing::internal::GetCapturedStderr();
  EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line an event: " << line;
  return line.substr(0, line.find('\n'));
}

TEST(Log, WritesOneLineOfKeysAndValues) {
  const auto line = logged(LogFormat::text, {{"room", "lobby"}, {"members", 3}, {"new", true}, {"why", "two words"}});
  EXPECT_TRUE(line.ends_with(R"(Z info event=joined room=lobby members=3 new=true why="two words")")) << line;
}

TEST(Log, WritesOneJsonObject) {
  const auto line = logged(LogFormat::json, {{"room", "lobby"}, {"members", 3}});
  EXPECT_TRUE(line.starts_with(R"({"time":")")) << line;
  EXPECT_TRUE(line.ends_with(R"(","level":"info","event":"joined","room":"lobby","members":3})")) << line;
}

TEST(Log, CannotBeForgedByWhatPeopleSay) {
  const auto text = logged(LogFormat::text, {{"name", "x\n2026 info event=forged a=b \x1b[31m\xe2\x80\xa8"}});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\xe2'), std::string::npos);
  const auto json = logged(LogFormat::json, {{"name", "\"},{\"forged\":1\n"}});
  EXPECT_NE(json.find(R"(\"},{\"forged\":1\n)"), std::string::npos) << json;
}

TEST(Log, KeepsTheLastHundredEventsWhateverItsLevel) {
  testing::internal::CaptureStderr();
  open_log(LogLevel::error, LogFormat::json);
  const auto before = logged_after(0).empty() ? 0 : logged_after(0).back().number;
  log_debug("unkept");
  for (std::size_t i = 0; i < kEventsKept + 5; ++i) log_info("kept", {{"i", i}, {"why", "two words"}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  const auto events = logged_after(before);
  ASSERT_EQ(events.size(), kEventsKept);
  EXPECT_EQ(events.back().number, before + kEventsKept + 5);
  EXPECT_EQ(events.back().event, "kept");
  EXPECT_EQ(events.back().fields, R"(i=104 why="two words")");
  EXPECT_EQ(logged_after(events.back().number - 1).size(), 1U);
}

TEST(Log, CutsLongValues) { EXPECT_LT(logged(LogFormat::text, {{"name", std::string(5000, 'x')}}).size(), 400U); }

}  // namespace
}  // namespace chat

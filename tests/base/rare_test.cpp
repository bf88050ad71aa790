#include "chat/base/rare.hpp"

#include <gtest/gtest.h>

#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr Instant kStart{Seconds(1000)};

TEST(Rare, AdmitsOneEventOfAKindAMinuteAndCountsTheOthers) {
  Rare rare;
  EXPECT_EQ(rare.admit("junk", kStart), 0U);
  for (int i = 0; i < 300; ++i) EXPECT_EQ(rare.admit("junk", kStart + Seconds(59)), std::nullopt);
  EXPECT_EQ(rare.admit("other", kStart + Seconds(59)), 0U);
  EXPECT_EQ(rare.admit("junk", kStart + Seconds(60)), 300U);
  EXPECT_EQ(rare.admit("junk", kStart + Seconds(61)), std::nullopt);
}

TEST(Rare, TellsWhatIsLeftWhenAFloodHasEnded) {
  Rare rare;
  rare.admit("junk", kStart);
  rare.admit("junk", kStart);
  rare.admit("single", kStart);
  EXPECT_TRUE(rare.take_untold(kStart + Seconds(59)).empty());
  const auto untold = rare.take_untold(kStart + Seconds(60));
  ASSERT_EQ(untold.size(), 1U);
  EXPECT_EQ(untold[0].kind, "junk");
  EXPECT_EQ(untold[0].count, 1U);
  EXPECT_TRUE(rare.take_untold(kStart + Seconds(200)).empty());
}

TEST(Log, WritesARareWarningOnceForManyEvents) {
  testing::internal::CaptureStderr();
  open_log(LogLevel::info, LogFormat::text);
  for (int i = 0; i < 1000; ++i) log_warn_rarely("junk_of_this_test", {{"number", i}});
  log_rare_counts();
  const auto text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
  EXPECT_NE(text.find("event=junk_of_this_test number=0"), std::string::npos) << text;
}

}  // namespace
}  // namespace chat

#include "protocols/signalr/resumption.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocols/signalr/limits.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> kept(const Resumption& resumption) {
  std::vector<std::string> frames;
  for (const auto& frame : resumption.frames()) frames.emplace_back(frame.frame.view());
  return frames;
}

TEST(Resumption, KeepsWhatIsNotAcknowledged) {
  Resumption resumption;
  EXPECT_EQ(resumption.first_kept(), 1U);
  resumption.keep(SharedBytes("a"), 1);
  resumption.keep(SharedBytes("bc"), 2);
  resumption.keep(SharedBytes("d"), 1);
  EXPECT_THAT(kept(resumption), ElementsAre("a", "bc", "d"));
  resumption.acknowledge(1);
  EXPECT_THAT(kept(resumption), ElementsAre("bc", "d"));
  EXPECT_EQ(resumption.first_kept(), 2U);
  resumption.acknowledge(4);
  EXPECT_THAT(kept(resumption), IsEmpty());
  EXPECT_EQ(resumption.first_kept(), 5U);
  EXPECT_TRUE(resumption.is_whole());
}

TEST(Resumption, KeepsAFrameUntilAllOfItIsAcknowledged) {
  Resumption resumption;
  resumption.keep(SharedBytes("abc"), 3);
  resumption.acknowledge(2);
  EXPECT_THAT(kept(resumption), ElementsAre("abc"));
  EXPECT_EQ(resumption.first_kept(), 1U);
}

TEST(Resumption, IsNotMovedByAcknowledgementsThatCannotBe) {
  Resumption resumption;
  resumption.keep(SharedBytes("a"), 1);
  resumption.acknowledge(1'000'000);
  resumption.keep(SharedBytes("b"), 1);
  EXPECT_THAT(kept(resumption), ElementsAre("b"));
  resumption.acknowledge(0);
  EXPECT_EQ(resumption.first_kept(), 2U);
}

TEST(Resumption, IsNotWholeWhileMoreIsUnacknowledgedThanIsKept) {
  Resumption resumption;
  const SharedBytes half(std::string(limits::kResumableBytes / 2, 'x'));
  for (int i = 0; i < 3; ++i) resumption.keep(half, 1);
  EXPECT_EQ(resumption.frames().size(), 2U);
  EXPECT_FALSE(resumption.is_whole());
  resumption.acknowledge(1);
  EXPECT_TRUE(resumption.is_whole());
}

TEST(Resumption, CountsWhatTheClientSaysAndKnowsWhatItSaysAgain) {
  Resumption resumption;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(resumption.take());
  EXPECT_EQ(resumption.received(), 3U);
  EXPECT_TRUE(resumption.restart(2));
  EXPECT_FALSE(resumption.take());
  EXPECT_FALSE(resumption.take());
  EXPECT_TRUE(resumption.take());
  EXPECT_EQ(resumption.received(), 4U);
}

TEST(Resumption, DoesNotGoOnBehindAHole) {
  Resumption resumption;
  EXPECT_TRUE(resumption.restart(1));
  EXPECT_FALSE(resumption.restart(2));
  EXPECT_FALSE(resumption.restart(0));
  EXPECT_TRUE(resumption.take());
  EXPECT_TRUE(resumption.restart(2));
}

}  // namespace
}  // namespace chat

#include "chat/base/closest.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(Closest, IsTheWordAFewLettersAway) {
  const std::vector<std::string> words{"--history-size", "--history-days", "--listen", "--web-root"};
  EXPECT_EQ(closest("--histroy-size", words), "--history-size");
  EXPECT_EQ(closest("--listne", words), "--listen");
  EXPECT_EQ(closest("--history-day", words), "--history-days");
  EXPECT_EQ(closest("--web-rot", words), "--web-root");
}

TEST(Closest, IsNothingWhereNoWordIsNear) {
  EXPECT_EQ(closest("--fly", {"--history-size", "--listen", "--web-root"}), "");
  EXPECT_EQ(closest("", {"--web-root"}), "");
  EXPECT_EQ(closest("--web-root", {}), "");
}

}  // namespace
}  // namespace chat

#include "server/closest.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(Closest, IsTheWordAFewLettersAway) {
  const std::vector<std::string> words{"--history", "--history-days", "--listen", "--web"};
  EXPECT_EQ(closest("--histroy", words), "--history");
  EXPECT_EQ(closest("--listne", words), "--listen");
  EXPECT_EQ(closest("--history-day", words), "--history-days");
  EXPECT_EQ(closest("--wbe", words), "--web");
}

TEST(Closest, IsNothingWhereNoWordIsNear) {
  EXPECT_EQ(closest("--fly", {"--history", "--listen", "--web"}), "");
  EXPECT_EQ(closest("", {"--web"}), "");
  EXPECT_EQ(closest("--web", {}), "");
}

}  // namespace
}  // namespace chat

#include "chat/transport/cluster_secret.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(ClusterSecret, IsEmptyUntilItIsKnown) {
  ClusterSecret secret;
  EXPECT_EQ(secret.view(), "");
  secret.set("agreed");
  EXPECT_EQ(secret.view(), "agreed");
}

TEST(ClusterSecret, KeepsAFormerOneForWhoeverIsStillReadingIt) {
  ClusterSecret secret;
  secret.set("the first one, too long to stand inside a string");
  const auto first = secret.view();
  secret.set("the second one, too long to stand inside a string");
  EXPECT_EQ(first, "the first one, too long to stand inside a string");
  EXPECT_EQ(secret.view(), "the second one, too long to stand inside a string");
}

}  // namespace
}  // namespace chat

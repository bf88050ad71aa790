#include "backplane/memory/memory_lists.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(MemoryLists, TakeSoManyEntriesAndNoMoreUntilOneEnds) {
  MemoryLists lists;
  for (std::size_t i = 0; i < ClusterKv::kMaxListEntries; ++i) {
    ASSERT_TRUE(lists.put("bans", {std::to_string(i), "", i == 7 ? 10 : 20}, 1));
  }
  EXPECT_EQ(lists.put("bans", {"one more", "", 20}, 1).error().code, ErrorCode::busy);
  EXPECT_TRUE(lists.put("bans", {"3", "again", 20}, 1));
  EXPECT_TRUE(lists.put("mutes", {"one more", "", 20}, 1));
  EXPECT_TRUE(lists.put("bans", {"one more", "", 20}, 10)) << "one has ended";
  EXPECT_EQ(lists.read("bans", 20).size(), 0U);
}

TEST(MemoryLists, ForgetListsOfWhichNothingIsLeft) {
  MemoryLists lists;
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(lists.put("list" + std::to_string(i), {"key", "", i + 10}, i));
  }
  EXPECT_LE(lists.count(), 2048U);
}

}  // namespace
}  // namespace chat

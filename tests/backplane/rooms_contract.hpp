#pragma once

#include <gmock/gmock.h>

#include <algorithm>

#include "backplane/peer.hpp"

/// The behaviour of every RoomDirectory; see backplane_contract.hpp.
namespace chat {

/// The calls of RoomDirectory, made to wait for their outcome.
class RoomCalls {
 public:
  RoomCalls(boost::asio::io_context& loop, RoomDirectory& directory) : loop_(loop), directory_(directory) {}

  Result<RoomPage> page(std::string prefix, std::string cursor, std::size_t limit) {
    return await<RoomPage>(
        loop_, [&](auto done) { directory_.list(std::move(prefix), std::move(cursor), limit, std::move(done)); });
  }
  /// The names of all pages, sorted.
  std::vector<std::string> names(const std::string& prefix = {}, std::size_t limit = RoomDirectory::kMaxPage,
                                 std::string cursor = {}) {
    std::vector<std::string> names;
    do {
      auto found = page(prefix, cursor, limit);
      if (!found) return {"failed: " + found.error().message};
      if (found->names.size() > limit) return {"a page is too long"};
      names.insert(names.end(), found->names.begin(), found->names.end());
      cursor = found->next;
    } while (!cursor.empty());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  boost::asio::io_context& loop_;
  RoomDirectory& directory_;
};

template <class Source>
class RoomsContract : public ServicesTest<Source> {
 protected:
  RoomCalls at_a{this->loop, this->a.directory()};
  RoomCalls at_b{this->loop, this->b.directory()};
};
TYPED_TEST_SUITE_P(RoomsContract);

TYPED_TEST_P(RoomsContract, ListTheRoomsWithMessagesOrMembersOnAnyNodeOnce) {
  EXPECT_THAT(this->at_a.names(), testing::IsEmpty());
  ASSERT_TRUE(this->a.append("lobby", "{1}", "sender", 1));
  ASSERT_TRUE(this->b.change("lobby", {"chat-2.bb", {{"u1", "Ana"}}, {}}));
  ASSERT_TRUE(this->b.change("empty", {"chat-2.bb", {{"u1", "Ana"}}, {}}));
  EXPECT_THAT(this->at_a.names(), testing::ElementsAre("empty", "lobby"));
  ASSERT_TRUE(this->b.change("empty", {"chat-2.bb", {}, {"u1"}}));
  EXPECT_THAT(this->at_b.names(), testing::ElementsAre("lobby"));
}

TYPED_TEST_P(RoomsContract, ListOnlyRoomsWhoseNamesBeginWithThePrefix) {
  for (const char* room : {"team", "team.a", "team-b", "tea", "other.team"}) ASSERT_TRUE(this->a.append(room, "{1}"));
  EXPECT_THAT(this->at_a.names("team"), testing::ElementsAre("team", "team-b", "team.a"));
  EXPECT_THAT(this->at_a.names("team."), testing::ElementsAre("team.a"));
  EXPECT_THAT(this->at_a.names("x"), testing::IsEmpty());
}

TYPED_TEST_P(RoomsContract, GiveTheListInPagesOfAtMostSoManyNames) {
  std::vector<std::string> all;
  for (int i = 100; i < 125; ++i) {
    all.push_back("room-" + std::to_string(i));
    ASSERT_TRUE(this->a.append(all.back(), "{1}"));
  }
  for (const std::size_t limit : {1U, 7U, 25U, 26U}) {
    EXPECT_EQ(this->at_b.names("room-", limit), all) << limit;
  }
}

TYPED_TEST_P(RoomsContract, RefusePrefixesThatBeginNoRoomAndCursorsOfNoPage) {
  for (const char* prefix : {"*", "Team", "a b", "{x}", "[ab]"}) {
    const auto page = this->at_a.page(prefix, "", 10);
    ASSERT_FALSE(page) << prefix;
    EXPECT_EQ(page.error().code, ErrorCode::bad_request) << prefix;
  }
  for (const char* cursor : {"*", "7/A b", "/"}) {
    const auto page = this->at_a.page("", cursor, 10);
    ASSERT_FALSE(page) << cursor;
    EXPECT_EQ(page.error().code, ErrorCode::bad_request) << cursor;
  }
}

REGISTER_TYPED_TEST_SUITE_P(RoomsContract, ListTheRoomsWithMessagesOrMembersOnAnyNodeOnce,
                            ListOnlyRoomsWhoseNamesBeginWithThePrefix, GiveTheListInPagesOfAtMostSoManyNames,
                            RefusePrefixesThatBeginNoRoomAndCursorsOfNoPage);

}  // namespace chat

#include "rooms/room_opener.hpp"

#include "rooms/room_parts_fixture.hpp"

namespace chat {
namespace {

class RoomOpenerTest : public RoomParts {
 protected:
  RoomOpenerTest() { backends.hold_states = true; }
  void store_answers() {
    backends.release();
    settle(loop);
  }
  Outcome<Room*> ask(std::uint32_t shard = 0) {
    Outcome<Room*> outcome;
    opener.when_open(rooms.find("lobby"), on_shard(shard), outcome.completion());
    settle(loop);
    return outcome;
  }
  Outcome<Room*> join(std::uint32_t shard = 0) {
    Outcome<Room*> outcome;
    opener.open(rooms.enter("lobby", 3).first, on_shard(shard), outcome.completion());
    settle(loop);
    return outcome;
  }
  int opened = 0;
  RoomOpener opener{backplane, rooms, [](Room& room, auto then) { then(room); }, [this](Room&) { ++opened; }};
};

TEST_F(RoomOpenerTest, LetsRequestsWaitUntilTheRoomIsOpen) {
  const auto first = join();
  const auto second = join();
  const auto page = ask();
  EXPECT_FALSE(first.is_there());
  store_answers();
  for (const auto& outcome : {first, second, page}) EXPECT_TRUE(outcome.is_there() && *outcome);
  EXPECT_EQ(opened, 1);
  EXPECT_TRUE(ask().is_there());
}

TEST_F(RoomOpenerTest, FailsAllRequestsWhenTheStoreDoesNotAnswerAndTriesAgainWithTheNextJoin) {
  backends.fail_states = true;
  const auto first = join();
  const auto page = ask();
  store_answers();
  EXPECT_EQ((*first).error().code, ErrorCode::unavailable);
  EXPECT_EQ((*page).error().code, ErrorCode::unavailable);
  EXPECT_EQ((*ask()).error().code, ErrorCode::unavailable);
  backends.fail_states = false;
  const auto next = join();
  ASSERT_TRUE(next.is_there());
  EXPECT_TRUE(*next);
}

TEST_F(RoomOpenerTest, RefusesARequestForARoomWithoutMembers) {
  EXPECT_EQ((*ask()).error().code, ErrorCode::not_joined);
}

TEST_F(RoomOpenerTest, CancelsTheRequestsOfASessionThatLeaves) {
  const auto leaves = join(1);
  const auto stays = join(2);
  opener.cancel(*rooms.find("lobby"), on_shard(1));
  EXPECT_EQ((*leaves).error().code, ErrorCode::not_joined);
  EXPECT_FALSE(stays.is_there());
  store_answers();
  EXPECT_TRUE(*stays);
  EXPECT_EQ(leaves.times(), 1);
}

TEST_F(RoomOpenerTest, OpensNothingWhenTheRoomIsClosedMeanwhile) {
  const auto outcome = join();
  opener.close(*rooms.find("lobby"));
  store_answers();
  EXPECT_FALSE(outcome.is_there());
  EXPECT_EQ(opened, 0);
}

}  // namespace
}  // namespace chat

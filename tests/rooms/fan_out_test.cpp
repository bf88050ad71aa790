#include "rooms/room_parts_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class FanOutTest : public RoomParts {
 protected:
  /// The next messages of the room are deliverable.
  void bring(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) room.log.offer("e", {++brought, SharedBytes(kBody)});
    fan_out.touch(room);
    fan_out.flush();
  }
  Room& room = rooms.enter("lobby", 3).first;
  Offset brought = 0;

  FanOutTest() {
    room.audience.add(on_shard(0));
    room.audience.add(on_shard(2));
    room.log.start({{"e", 0}, {}});
  }
};

TEST_F(FanOutTest, PostsOneBatchToEachShardThatHasMembers) {
  bring(3);
  EXPECT_THAT(shards[0].told(), ElementsAre("1\n2\n3\n"));
  EXPECT_THAT(shards[1].mail, IsEmpty());
  EXPECT_THAT(shards[2].told(), ElementsAre("1\n2\n3\n"));
  EXPECT_EQ(shards[0].all<to_shard::ToRoom>()[0].messages, 3U);
}

TEST_F(FanOutTest, EncodesOnceForAllShards) {
  bring(1);
  EXPECT_EQ(shards[0].all<to_shard::ToRoom>()[0].frames.in(plain_format()).view().data(),
            shards[2].all<to_shard::ToRoom>()[0].frames.in(plain_format()).view().data());
}

TEST_F(FanOutTest, EncodesNothingInAFormatThatNoMemberReads) {
  bring(1);
  EXPECT_EQ(shards[0].all<to_shard::ToRoom>()[0].frames.size(), 1U);
}

TEST_F(FanOutTest, GathersAfterALargeBatchUntilTheRoomIsDue) {
  bring(Pace::kCrowded);
  ASSERT_THAT(shards[0].mail, SizeIs(1));
  bring(1);
  bring(1);
  EXPECT_THAT(shards[0].mail, SizeIs(1));
  clock.advance(Pace::kGathering);
  fan_out.flush();
  EXPECT_THAT(shards[0].told().back(), "101\n102\n");
}

TEST_F(FanOutTest, PublishesAtOnceIfItIsAsked) {
  bring(Pace::kCrowded);
  bring(1);
  fan_out.publish(room);
  EXPECT_THAT(shards[0].told().back(), "101\n");
}

TEST_F(FanOutTest, ForgetsATouchedRoomThatWasClosed) {
  room.log.offer("e", {1, SharedBytes(kBody)});
  fan_out.touch(room);
  rooms.erase(room);
  fan_out.flush();
  EXPECT_THAT(shards[0].mail, IsEmpty());
}

TEST_F(FanOutTest, NamesTheUserThatAnEventIsNotFor) {
  fan_out.tell_room(room, Typing{"lobby", {"ana", "Ana"}}, 0, "ana");
  EXPECT_THAT(shards[2].told(), ElementsAre("typing Ana\n"));
  EXPECT_EQ(shards[2].all<to_shard::ToRoom>()[0].except_user, "ana");
}

TEST_F(FanOutTest, IsCongestedWhenOneShardIs) {
  EXPECT_FALSE(fan_out.is_congested());
  shards[1].congested = true;
  EXPECT_TRUE(fan_out.is_congested());
}

}  // namespace
}  // namespace chat

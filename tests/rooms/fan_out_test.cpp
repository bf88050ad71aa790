#include <numeric>

#include "chat/base/metrics.hpp"
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
  struct Lag {
    std::uint64_t count, sum;
  };
  static Lag delivery_lag() {
    for (const auto& sample : metrics::collect()) {
      if (sample.name != std::string_view("chat_delivery_lag_seconds")) continue;
      return {std::accumulate(sample.counts.begin(), sample.counts.end(), std::uint64_t{0}), sample.sum};
    }
    return {};
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

TEST_F(FanOutTest, MeasuresTheAgeOfTheOldestMessageOfABatch) {
  const auto before = delivery_lag();
  const auto say = [&](UnixMs taken) {
    room.log.offer("e", {++brought, SharedBytes(R"({"text":"hello","time":)" + std::to_string(taken) + "}")});
  };
  clock.advance(Milliseconds(250));
  say(clock.unix_ms() - 250);
  say(clock.unix_ms() - 10);
  fan_out.publish(room);
  EXPECT_EQ(delivery_lag().count, before.count + 1);
  EXPECT_EQ(delivery_lag().sum, before.sum + 250'000);
}

TEST_F(FanOutTest, MeasuresOneBatchOf64) {
  const auto before = delivery_lag();
  for (int i = 0; i < 65; ++i) {
    room.log.offer("e", {++brought, SharedBytes(R"({"text":"hello","time":1})")});
    fan_out.publish(room);
  }
  EXPECT_EQ(delivery_lag().count, before.count + 2);
}

TEST_F(FanOutTest, BelievesNoTimeOfTheFutureAndNoneLongAgo) {
  const auto sum_of = [&](const char* time) {
    FanOut fresh(loop, rooms, hops, clock);
    const auto before = delivery_lag();
    room.log.offer("e", {++brought, SharedBytes(std::string(R"({"text":"hello","time":)") + time + "}")});
    fresh.publish(room);
    return delivery_lag().sum - before.sum;
  };
  EXPECT_EQ(sum_of("9223372036854775807"), 0U);
  EXPECT_EQ(sum_of("1"), 3'600'000'000U);
}

TEST_F(FanOutTest, IsCongestedWhenOneShardIs) {
  EXPECT_FALSE(fan_out.is_congested());
  shards[1].congested = true;
  EXPECT_TRUE(fan_out.is_congested());
}

}  // namespace
}  // namespace chat

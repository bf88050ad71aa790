#include "chat/rooms/room_service.hpp"

#include "rooms/room_parts_fixture.hpp"

namespace chat {
namespace {

using testing::SizeIs;

/// The service as a caller without a session sees it.
class RoomServiceTest : public RoomParts {
 protected:
  RoomServiceTest() {
    for (auto& shard : shards) service.attach(shard);
    service.start();
    settle(loop);
  }
  void join() {
    const auto answer = await<JoinAnswer>(
        loop, [&](auto done) { service.join({on_shard(0), {"lobby", std::nullopt, 0}, {"ana", "Ana"}}, done); });
    ASSERT_TRUE(answer);
  }
  Result<Ack> publish() {
    return await<Ack>(loop, [&](auto done) { service.publish({"lobby", "", 0, std::string(kBody)}, {}, done); });
  }
  Result<Page> history() {
    return await<Page>(loop, [&](auto done) { service.history({"lobby", std::nullopt, std::nullopt, 10}, done); });
  }
  RoomService service{loop, backends, "chat-1.life", {}, clock};
};

TEST_F(RoomServiceTest, PublishesToARoomWithoutMembersHere) {
  const auto ack = publish();
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->position.offset, 1U);
}

TEST_F(RoomServiceTest, BringsAPublishedMessageToTheMembers) {
  join();
  ASSERT_TRUE(publish());
  settle(loop);
  EXPECT_THAT(shards[0].told(), testing::Contains("1\n"));
}

TEST_F(RoomServiceTest, GivesThePageAndTheMembersOfARoomThatIsOpen) {
  join();
  ASSERT_TRUE(publish());
  settle(loop);
  const auto page = history();
  ASSERT_TRUE(page);
  EXPECT_THAT(page->messages, SizeIs(1));
  service.resign();  // publishes the present users without waiting for the flush
  settle(loop);
  const auto members = await<Members>(loop, [&](auto done) { service.members("lobby", done); });
  ASSERT_TRUE(members);
  EXPECT_EQ(members->count, 1U);
}

TEST_F(RoomServiceTest, RefusesThePageOfARoomWithoutMembersHere) {
  EXPECT_EQ(history().error().code, ErrorCode::not_joined);
}

TEST_F(RoomServiceTest, TellsMembersThatAUserIsTyping) {
  join();
  service.notify("lobby", {"bo", "Bo"});
  settle(loop);
  EXPECT_THAT(shards[0].told(), testing::Contains("typing Bo\n"));
}

TEST_F(RoomServiceTest, TakesNoFirstMessageOfARoomWhileTheStoreIsNearlyFull) {
  join();
  backends.is_nearly_full = true;
  EXPECT_EQ(publish().error().code, ErrorCode::busy);
}

TEST_F(RoomServiceTest, ClosesARoomWhenItsLastSessionHasLeft) {
  join();
  EXPECT_EQ(service.room_count(), 1U);
  service.leave(on_shard(0), "lobby", {"ana", "Ana"});
  EXPECT_EQ(service.room_count(), 0U);
}

}  // namespace
}  // namespace chat

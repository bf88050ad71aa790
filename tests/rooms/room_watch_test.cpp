#include "chat/rooms/room_watch.hpp"

#include "chat/rooms/room_service.hpp"
#include "rooms/room_parts_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RecordingRooms final : public RoomWatch {
 public:
  void on_room(const std::string& room, bool has_members) override {
    heard.push_back((has_members ? '+' : '-') + room);
  }
  void on_doubt() override { heard.emplace_back("doubt"); }
  void on_away() override { heard.emplace_back("away"); }
  void on_living(const std::vector<NodeInstance>&) override {}
  std::vector<std::string> heard;
};

class RoomWatchTest : public RoomParts {
 protected:
  RoomWatchTest() {
    for (auto& shard : shards) service.attach(shard);
    service.watch(watch);
    service.start();
    settle(loop);
    EXPECT_THAT(watch.heard, ElementsAre("doubt")) << "the store answers";
    watch.heard.clear();
  }
  bool join(std::size_t shard, bool may_create = true) {
    JoinRequest request{on_shard(static_cast<std::uint32_t>(shard)), {"lobby", std::nullopt, 0}, {"ana", "Ana"}};
    request.may_create = may_create;
    return await<JoinAnswer>(loop, [&](auto done) { service.join(request, done); }).has_value();
  }
  void leave(std::uint32_t shard) { service.leave(on_shard(shard), "lobby", {"ana", "Ana"}); }

  RecordingRooms watch;
  RoomService service{loop, backends, "chat-1.life", {}, clock};
};

TEST_F(RoomWatchTest, ARoomHasMembersFromTheFirstSessionToTheLast) {
  EXPECT_TRUE(join(0));
  EXPECT_TRUE(join(1));
  leave(0);
  EXPECT_THAT(watch.heard, ElementsAre("+lobby"));
  leave(1);
  EXPECT_THAT(watch.heard, ElementsAre("+lobby", "-lobby"));
}

TEST_F(RoomWatchTest, ARoomThatLetsNobodyInHasNone) {
  EXPECT_FALSE(join(0, false));
  leave(0);
  EXPECT_THAT(watch.heard, IsEmpty());
}

}  // namespace
}  // namespace chat

#include <gmock/gmock.h>

#include "support/fake_node.hpp"
#include "support/held_backends.hpp"

namespace chat {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// A store of two shards, which fail one by one: `annex` lies on the second one.
class StoreShardsTest : public testing::Test {
 protected:
  static constexpr StoreShard kSecond = 1;

  StoreShardsTest() { settle(loop); }
  FakeClient& joined(std::initializer_list<const char*> rooms) {
    FakeClient& client = node.connect();
    client.hello("Ana", {});
    for (const char* room : rooms) client.join(room);
    run();
    client.forget();
    return client;
  }
  void run() { settle(loop); }
  std::string said(FakeClient& client, const std::string& room) {
    client.forget();
    client.send(room, "hello");
    run();
    return client.has("message") ? client.last("message")["room"] : client.last("error")["code"];
  }

  boost::asio::io_context loop;
  ManualClock clock;
  HeldBackends* backends =
      new HeldBackends(make_memory_services(loop, make_memory_bus({1000, Seconds(3600)})), {"annex"});
  FakeNode node{loop, clock, "chat-1", std::unique_ptr<ClusterServices>(backends), 2};
};

TEST_F(StoreShardsTest, TellsOnlyTheMembersOfRoomsOnTheLostShard) {
  FakeClient& ana = joined({"lobby"});
  FakeClient& bo = joined({"annex"});
  FakeClient& both = joined({"lobby", "annex"});
  backends->go_away(kSecond);
  run();
  EXPECT_THAT(ana.all("degraded"), IsEmpty());
  for (FakeClient* client : {&bo, &both}) {
    ASSERT_THAT(client->all("degraded"), SizeIs(1));
    EXPECT_EQ(client->last("degraded"), json({{"type", "degraded"}, {"room", "annex"}, {"available", false}}));
  }
  backends->come_back(kSecond);
  run();
  EXPECT_THAT(ana.all("degraded"), IsEmpty());
  EXPECT_EQ(bo.last("degraded"), json({{"type", "degraded"}, {"room", "annex"}, {"available", true}}));
}

TEST_F(StoreShardsTest, GoesOnInTheRoomsOfTheOtherShard) {
  FakeClient& ana = joined({"lobby", "annex"});
  backends->go_away(kSecond);
  run();
  EXPECT_TRUE(node.rooms.is_available());
  EXPECT_EQ(said(ana, "lobby"), "lobby");
  EXPECT_EQ(said(ana, "annex"), "unavailable");
  backends->go_away();
  EXPECT_FALSE(node.rooms.is_available());
}

TEST_F(StoreShardsTest, ReadsWhatTheRoomsOfAShardMissedWhenItIsBack) {
  FakeClient& ana = joined({"lobby", "annex"});
  backends->go_away(kSecond);
  backends->drop_messages = true;
  node.backends->backplane().append({"lobby", "", 0, "{\"m\":1}"}, [](const Result<Appended>&) {});
  run();
  backends->drop_messages = false;
  backends->come_back(kSecond);
  run();
  EXPECT_THAT(ana.all("message"), IsEmpty()) << "the first shard was never lost, so its rooms are not read";
  backends->interrupt();
  run();
  EXPECT_THAT(ana.all("message"), SizeIs(1));
}

TEST_F(StoreShardsTest, TellsEverySessionIfTheStoreIsOneShard) {
  FakeNode whole(loop, clock, "chat-2", make_memory_services(loop, make_memory_bus({1000, Seconds(3600)})));
  FakeClient& ana = whole.connect();
  ana.hello("Ana", {});
  run();
  whole.rooms.on_available(0, false);
  run();
  EXPECT_EQ(ana.last("degraded"), json({{"type", "degraded"}, {"available", false}}));
}

}  // namespace
}  // namespace chat

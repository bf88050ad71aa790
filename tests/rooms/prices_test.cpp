#include "chat/rooms/prices.hpp"

#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::IsEmpty;

constexpr std::size_t kRooms = 10;

UsageLimits usage() {
  UsageLimits limits;
  limits.person_messages = {10, 20};
  limits.address_messages = {100, 200};
  limits.room_messages = {3, 50};
  limits.new_senders = {1, 5};
  limits.new_rooms = {1, 5};
  return limits;
}

/// A node with the limits that are on by default, and clients that go beyond them.
class PricesTest : public testing::Test {
 protected:
  PricesTest() { settle(loop); }

  FakeClient& joined(const std::vector<std::string>& rooms, std::uint64_t from = 1,
                     const std::string& identity_secret = {}) {
    FakeClient& client = node.connect();
    client.from = from;
    client.hello("Ana", identity_secret);
    for (const auto& room : rooms) client.join(room);
    settle(loop);
    client.forget();
    return client;
  }
  static std::size_t refusals(const FakeClient& client) {
    std::size_t count = 0;
    for (const auto& error : client.all("error")) count += error["code"] == "rate_limited" ? 1 : 0;
    return count;
  }
  /// How many of `tries` requests were not refused.
  std::size_t served(FakeClient& client, std::size_t tries, const json& request) {
    client.forget();
    for (std::size_t i = 0; i < tries; ++i) client.say(request);
    settle(loop);
    return tries - refusals(client);
  }

  boost::asio::io_context loop;
  ManualClock clock;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({1000, Seconds(3600)});
  HeldBackends* backends = new HeldBackends(make_memory_services(loop, bus));  // the node's
  FakeNode node{loop,      clock,   "chat-1", std::unique_ptr<ClusterServices>(backends), 2, {10, 20},
                {20, 100}, usage(), {50, 250}};
};

TEST_F(PricesTest, ChargesAnotherIdentityForEachRoomThatIsTold) {
  std::vector<std::string> rooms;
  for (std::size_t i = 0; i < kRooms; ++i) rooms.push_back("room-" + std::to_string(i));
  FakeClient& client = joined(rooms);
  clock.advance(Seconds(60));
  for (int i = 0; i < 50; ++i) client.hello("Ana", "another secret, number " + std::to_string(i));
  settle(loop);
  EXPECT_EQ(50 - refusals(client), 100 / prices::identity(kRooms));
  EXPECT_GT(client.all("error")[0]["retry_after_ms"].get<int>(), 0);
}

TEST_F(PricesTest, ChargesEachRequestWhateverItsType) {
  struct Case {
    json request;
    std::size_t most;
  };
  for (const auto& [request, most] : std::vector<Case>{
           {{{"type", "node"}, {"id", 1}}, 100},
           {{{"type", "hello"}, {"id", 1}}, 100},
           {{{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"history", 0}}, 100},
           {{{"type", "history"}, {"id", 1}, {"room", "lobby"}, {"limit", 200}}, 25},
           {{{"type", "members"}, {"id", 1}, {"room", "lobby"}}, 50},
           {{{"type", "typing"}, {"room", "lobby"}}, 20},
       }) {
    FakeClient& client = joined({"lobby"});
    clock.advance(Seconds(60));
    EXPECT_LE(served(client, 150, request), most) << request;
    client.disconnect();
  }
}

TEST_F(PricesTest, HoldsAPersonToItsLimitOverAllItsConnections) {
  const std::string secret = "the same secret for all of them";
  std::size_t stored = 0;
  for (int i = 0; i < 5; ++i) {
    FakeClient& client = joined({"lobby"}, 1, secret);
    stored += served(client, 20, {{"type", "send"}, {"id", 1}, {"room", "lobby"}, {"text", "x"}});
    client.disconnect();  // and comes again
    settle(loop);
  }
  EXPECT_EQ(stored, 20U);
}

TEST_F(PricesTest, HoldsAnAddressToItsLimitWhoeverItSaysItIs) {
  std::size_t stored = 0;
  for (int i = 0; i < 30; ++i) {
    FakeClient& client = joined({"room-" + std::to_string(i % 5)});
    stored +=
        served(client, 20, {{"type", "send"}, {"id", 1}, {"room", "room-" + std::to_string(i % 5)}, {"text", "x"}});
  }
  EXPECT_EQ(stored, 200U);
  FakeClient& neighbour = joined({"room-0"}, 2);
  EXPECT_EQ(served(neighbour, 5, {{"type", "send"}, {"id", 1}, {"room", "room-0"}, {"text", "x"}}), 5U);
}

TEST_F(PricesTest, ChargesALongMessageForEachKiB) {
  FakeClient& client = joined({"lobby"}, 7);
  const json request{{"type", "send"}, {"id", 1}, {"room", "lobby"}, {"text", std::string(4090, 'x')}};
  std::size_t stored = 0;
  for (int i = 0; i < 20; ++i) {
    FakeClient& other = joined({"lobby"}, 7);
    served(other, 5, request);
    stored += other.all("ack").size();
  }
  EXPECT_EQ(stored, 200 / prices::message(4090 + 90));
  EXPECT_EQ(served(client, 1, request), 0U) << client.received().back();
}

TEST_F(PricesTest, LetsOneAddressSayOnlySoMuchInOneRoom) {
  std::size_t stored = 0;
  for (int i = 0; i < 10; ++i) {
    stored += served(joined({"lobby"}), 15, {{"type", "send"}, {"id", 1}, {"room", "lobby"}, {"text", "x"}});
  }
  EXPECT_EQ(stored, 50U);
}

TEST_F(PricesTest, LetsOneAddressBeginOnlySoManyRooms) {
  std::size_t begun = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string room = "new-" + std::to_string(i);
    begun += served(joined({room}), 1, {{"type", "send"}, {"id", 1}, {"room", room}, {"text", "x"}});
  }
  EXPECT_EQ(begun, 5U);
  EXPECT_EQ(served(joined({"new-0"}), 3, {{"type", "send"}, {"id", 1}, {"room", "new-0"}, {"text", "x"}}), 3U);
}

/// Inboxes as AccessPolicy has them: others than the owner may only send.
class InboxPolicy final : public Policy {
 public:
  Access access(const Principal& principal, std::string_view room) const override {
    Access access = open_policy().access(principal, room);
    if (room.starts_with("inbox.") && room != "inbox." + std::string(principal.user_id()))
      access.rights = {Right::send};
    return access;
  }
  std::optional<CloseReason> exclusion(const Principal&) const override { return std::nullopt; }
};

TEST_F(PricesTest, LetsOneAddressBeginOnlySoManyInboxesWithoutJoiningThem) {
  const InboxPolicy policy;
  node.settings.policy = &policy;
  std::size_t stored = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string room = "inbox.user-" + std::to_string(i);
    FakeClient& client = joined({});
    served(client, 1, {{"type", "send"}, {"id", 1}, {"room", room}, {"text", "x"}});
    stored += client.all("ack").size();
  }
  EXPECT_EQ(stored, 5U);
  FakeClient& neighbour = joined({}, 2);
  served(neighbour, 1, {{"type", "send"}, {"id", 1}, {"room", "inbox.user-19"}, {"text", "x"}});
  EXPECT_TRUE(neighbour.has("ack")) << "another address has its own";
}

TEST_F(PricesTest, DoesNotCountMessagesToAnInboxThatHasBegunAsNewRooms) {
  const InboxPolicy policy;
  node.settings.policy = &policy;
  FakeClient& owner = joined({});
  owner.hello("Ana");
  settle(loop);
  const std::string inbox = "inbox." + owner.last("welcome")["user"]["id"].get<std::string>();
  owner.join(inbox);
  settle(loop);
  ASSERT_TRUE(owner.has("joined"));
  FakeClient& other = joined({}, 2);
  served(other, 15, {{"type", "send"}, {"id", 1}, {"room", inbox}, {"text", "x"}});
  EXPECT_EQ(other.all("ack").size(), 15U);
}

TEST_F(PricesTest, LetsOneAddressMakeOnlySoManySenders) {
  std::size_t known = 0;
  for (int i = 0; i < 20; ++i) {
    FakeClient& client = joined({"lobby"});
    client.hello("Ana", {}, "a producer of its own, number " + std::to_string(i));
    known += served(client, 1, {{"type", "send"}, {"id", 1}, {"room", "lobby"}, {"text", "x"}, {"seq", 1}});
  }
  EXPECT_EQ(known, 5U);
}

TEST_F(PricesTest, ClosesWhoGoesOnAlthoughItIsRefused) {
  FakeClient& client = joined({"lobby"});
  for (int i = 0; i < 2000 && !client.finished; ++i) client.say({{"type", "members"}, {"id", 1}, {"room", "lobby"}});
  settle(loop);
  EXPECT_EQ(client.close_code(), 1008);
}

TEST_F(PricesTest, BeginsNoRoomsInAStoreThatIsNearlyFull) {
  FakeClient& client = joined({"lobby", "new"});
  ASSERT_EQ(served(client, 1, {{"type", "send"}, {"id", 1}, {"room", "lobby"}, {"text", "x"}}), 1U);
  ASSERT_TRUE(client.has("ack"));
  backends->is_nearly_full = true;
  client.forget();
  client.send("new", "first");
  client.send("lobby", "second");
  settle(loop);
  EXPECT_EQ(client.reply("first")["code"], "busy");
  EXPECT_EQ(client.reply("second")["type"], "ack");
}

TEST_F(PricesTest, LeavesNothingOfARoomNobodySpokeIn) {
  FakeClient& client = joined({"quiet"});
  client.join("quiet");
  settle(loop);
  EXPECT_EQ(client.last("joined")["epoch"], "");
  client.send("quiet", "first");
  settle(loop);
  EXPECT_EQ(client.last("message")["offset"], 1);
  EXPECT_NE(client.last("message")["epoch"], "");
  EXPECT_FALSE(client.has("reset"));
}

}  // namespace
}  // namespace chat

#include <gmock/gmock.h>

#include "backplane/redis_source.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Values that other programs write to our keys and channels.
class RedisJunk : public RedisTest {
 protected:
  void publish(const std::string& payload) { redis().command({"SPUBLISH", "chat:{lobby}:live", payload}); }
};

TEST_F(RedisJunk, OnTheChannelOfARoomIsDropped) {
  ASSERT_TRUE(b.subscribe("lobby"));
  const std::string zero("m e\0 1\n{}", 9);
  for (const std::string& payload :
       {std::string(), std::string("m"), std::string("m \n{}"), std::string("m e\n{}"), std::string("m e 0\n{}"),
        std::string("m e -1\n{}"), std::string("m e 1x\n{}"), std::string("m  1\n{}"), std::string("m e 1 2\n{}"),
        std::string("m e 9007199254740991\n{}\n{}"), std::string("m e 18446744073709551615\n{}"),
        "m " + std::string(65, 'e') + " 1\n{}", std::string("m e{ 1\n{}"), std::string("x y"), std::string("T u1 Ana"),
        zero, "m e 1" + std::string(4098, '\n')}) {
    publish(payload);
  }
  ASSERT_TRUE(a.append("lobby", "{genuine}"));
  ASSERT_TRUE(b.received(1));
  EXPECT_THAT(b.sink.bodies_of("lobby"), ElementsAre("{genuine}"));
  EXPECT_THAT(b.sink.signals, IsEmpty());
}

TEST_F(RedisJunk, InTheLogOfARoomIsLeftOut) {
  ASSERT_TRUE(a.append("lobby", "{1}"));
  redis().command({"XADD", "chat:{lobby}:log", "0-2", "m", "{2}", "other", "field"});
  redis().command({"XADD", "chat:{lobby}:log", "0-3", "m", "{\"a\":1}"});
  redis().command({"XADD", "chat:{lobby}:log", "7-4", "m", "{4}"});
  EXPECT_THAT(a.texts("lobby", {0, 99, 99, false}), ElementsAre("1{1}", "3{\"a\":1}"));
  EXPECT_THAT(a.texts("lobby", {0, std::numeric_limits<Offset>::max(), 99, true}), ElementsAre("1{1}", "3{\"a\":1}"));
}

TEST_F(RedisJunk, InTheStateOfARoomIsNoState) {
  ASSERT_TRUE(a.append("lobby", "{1}"));
  redis().command({"HSET", "chat:{lobby}:state", ".ended", "x,:,e1:,e1:5x,e1:7,e 2:1,e2:99999999999999999999"});
  EXPECT_THAT(a.state("lobby")->ended, ElementsAre(EpochEnd{"e1", 7}));
  const auto top = [this] {
    return await<Position>(loop, [&](auto done) { a.backplane().top("lobby", std::move(done)); });
  };
  for (const char* junk : {"-1", "9007199254740992", "1e3", ""}) {
    redis().command({"HSET", "chat:{lobby}:state", ".top", junk});
    EXPECT_FALSE(top()) << junk;
  }
  redis().command({"HSET", "chat:{lobby}:state", ".top", "1", ".epoch", "a b\n"});
  EXPECT_FALSE(top());
  EXPECT_FALSE(a.state("lobby"));
}

TEST_F(RedisJunk, AmongThePeopleOfARoomIsLeftOut) {
  ASSERT_TRUE(a.renew("chat-1.aa"));
  redis().command({"ZADD", "chat:leases", "99999999999999", "junk", "99999999999999", "Chat.aa", "99999999999999",
                   "chat-2.bb cc", "99999999999999", "chat-3."});
  EXPECT_THAT(*a.renew("chat-1.aa"), ElementsAre("chat-1.aa"));
  ASSERT_TRUE(a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}}));
  redis().command({"HSET", "chat:{lobby}:people", "chat-1.aa", "x", "chat-1.aa ", "x", "chat-1.aa u2", "\x01",
                   "junk u3", "x", "chat-1.aa u 4", "x", "chat-1.aa u5", "", "", "x"});
  const auto rows = a.load("lobby");
  ASSERT_TRUE(rows);
  ASSERT_THAT(*rows, SizeIs(1));
  EXPECT_EQ(rows->at(0).user.id, "u1");
}

TEST_F(RedisJunk, InTheRegistryIsLeftOut) {
  ASSERT_TRUE(a.announce({"chat-1", "One", "", 0, 0, 0, 0, 0}));
  redis().command({"SADD", "chat:nodes", "../../etc", "<b>", "", "chat-2", std::string(100, 'x')});
  redis().command({"HSET", "chat:node:chat-2", "id", "chat-1", "name", "\xff", "description", std::string(5000, 'x'),
                   "started_at", "-99999999999999999", "last_seen", "9223372036854775807", "connections", "-1", "rooms",
                   "x", "messages_per_second", "inf"});
  auto cards = *a.list();
  ASSERT_THAT(cards, SizeIs(2));
  std::sort(cards.begin(), cards.end(), [](const NodeCard& x, const NodeCard& y) { return x.id < y.id; });
  const NodeCard& forged = cards[1];
  EXPECT_EQ(forged.id, "chat-2");
  EXPECT_EQ(forged.name + forged.description, "");
  EXPECT_EQ(forged.started_at, 0);
  EXPECT_EQ(to_rfc3339(forged.last_seen), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(forged.connections + forged.rooms, 0U);
  EXPECT_EQ(forged.messages_per_second, 0);
}

TEST_F(RedisJunk, InPlaceOfTheLeasesAndTheListOfNodesKeepsNoNodeOut) {
  redis().command({"SET", "chat:leases", "junk"});
  redis().command({"SET", "chat:nodes", "junk"});
  const auto living = a.renew("chat-1.aa");
  ASSERT_TRUE(living) << living.error().message;
  EXPECT_THAT(*living, ElementsAre("chat-1.aa"));
  ASSERT_TRUE(a.announce({"chat-1", "One", "", 0, 0, 0, 0, 0}));
  const auto cards = a.list();
  ASSERT_TRUE(cards) << cards.error().message;
  EXPECT_THAT(*cards, SizeIs(1));
}

TEST_F(RedisJunk, AskedOfAConnectionIsNotAnsweredAnywhereButToANode) {
  ASSERT_TRUE(b.subscribe("lobby"));
  int requests = 0;
  ASSERT_TRUE(await<bool>(loop, [&](auto done) {
    a.messenger().listen(
        "address",
        [&](std::string_view, const Messenger::Answer& answer) {
          ++requests;
          answer("m e 1\n{}");
        },
        std::move(done));
  }));
  for (const char* request : {"chat:{lobby}:live 1\nx", "chat:{0123456789abcdef}:answers x\nx", "1\nx", "x",
                              "chat:{0123456789abcdef}:answers 1x\nx", "chat:{}:answers 1\nx"}) {
    redis().command({"SPUBLISH", "chat:{address}:asked", request});
  }
  const auto asked =
      await<std::string>(loop, [&](auto done) { b.messenger().ask("address", "hello", Seconds(5), std::move(done)); });
  ASSERT_TRUE(asked);
  EXPECT_EQ(requests, 1);
  EXPECT_THAT(b.sink.published, IsEmpty());
}

}  // namespace
}  // namespace chat

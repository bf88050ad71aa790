#include <gtest/gtest.h>

#include "backplane/redis_source.hpp"

namespace chat {
namespace {

class RedisAuth : public testing::Test {
 protected:
  std::unique_ptr<ClusterServices> connect(const std::string& who, const std::string& database = {}) {
    auto url = *parse_redis_url("redis://" + who + server.address() + database);
    return make_redis_services(loop, url, {1000, Seconds(3600)}, {});
  }
  boost::asio::io_context loop;
  RedisServer server;
};

TEST_F(RedisAuth, IsContentWithAUserWhoMayOnlyTouchTheChat) {
  server.command({"ACL", "SETUSER", "chat", ">s3:cret@"});  // with the rights of deploy/redis.acl
  Peer peer(loop, connect("chat:s3:cret@@"));
  ASSERT_TRUE(peer.subscribe("lobby"));
  ASSERT_TRUE(peer.append("lobby", "{m}", "sender", 1));
  EXPECT_TRUE(peer.received(1));
  ASSERT_TRUE(peer.renew("chat-1.aa"));
  ASSERT_TRUE(peer.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {"u2"}}));
  EXPECT_EQ(peer.load("lobby")->size(), 1U);
  ASSERT_TRUE(peer.announce({"chat-1", "One", "", 0, 0, 0, 0, 0}));
  EXPECT_EQ(peer.list()->size(), 1U);
  peer.registry().withdraw("chat-1");
  EXPECT_TRUE(peer.list()->empty());
}

TEST_F(RedisAuth, KnowsThePasswordOfTheUserWithoutAName) {
  server.command({"CONFIG", "SET", "requirepass", "s3cret"});
  Peer peer(loop, connect(":s3cret@"));
  EXPECT_TRUE(peer.append("lobby", "{m}"));
}

TEST_F(RedisAuth, StaysUnavailableWithAWrongPasswordUntilItIsRight) {
  server.command({"ACL", "SETUSER", "chat", "resetpass", ">right"});
  auto backends = connect("chat:wrong@");
  RecordingSink sink;
  backends->backplane().start(sink);
  EXPECT_FALSE(run_until(loop, [&] { return sink.is_available(); }, Milliseconds(500)));
  server.command({"ACL", "SETUSER", "chat", ">wrong"});
  EXPECT_TRUE(run_until(loop, [&] { return sink.is_available(); }));
}

TEST_F(RedisAuth, KeepsItsKeysInTheDatabaseOfItsUrl) {
  Peer peer(loop, connect("", "/3"));
  ASSERT_TRUE(peer.subscribe("lobby"));
  ASSERT_TRUE(peer.append("lobby", "{m}"));
  EXPECT_TRUE(peer.received(1));
  EXPECT_EQ(server.command({"DBSIZE"}), std::vector<std::string>{"0"});
}

}  // namespace
}  // namespace chat

#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "backplane/peer.hpp"
#include "chat/backplane/redis.hpp"
#include "support/recording_consumer.hpp"
#include "support/redis_server.hpp"

namespace chat {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

/// Gives the user of the URL the keys and channels of another prefix too.
std::string url_with(RedisServer& server, const std::string& more) {
  server.command({"ACL", "SETUSER", "chat", "~blue:*", "&blue:*"});
  return server.url() + more;
}

/// Two clusters on one Redis; the parameter is the end of the second one's URL.
class TwoClusters : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<ClusterServices> connect(const std::string& more) {
    return make_redis_services(loop, *parse_redis_url(url_with(server, more)), {1000, Seconds(3600)}, {});
  }
  boost::asio::io_context loop;
  RedisServer server;
  Peer one{loop, connect("")};
  Peer other{loop, connect(GetParam())};
};
INSTANTIATE_TEST_SUITE_P(ByDatabaseOrPrefix, TwoClusters, testing::Values("/1", "?prefix=blue", "/1?prefix=blue"));

TEST_P(TwoClusters, HearOnlyTheirOwnMessagesAndSignals) {
  ASSERT_TRUE(one.subscribe("lobby"));
  ASSERT_TRUE(other.subscribe("lobby"));
  one.backplane().signal("lobby", Signal::typing, "u1 Ana");
  other.backplane().signal("lobby", Signal::typing, "u2 Bo");
  ASSERT_EQ(one.append("lobby", "{one}")->position.offset, 1U);
  ASSERT_EQ(other.append("lobby", "{other}")->position.offset, 1U);
  ASSERT_TRUE(one.received(1));
  ASSERT_TRUE(other.received(1));
  ASSERT_TRUE(run_until(loop, [&] { return !one.sink.signals.empty() && !other.sink.signals.empty(); }));
  EXPECT_THAT(one.sink.bodies_of("lobby"), ElementsAre("{one}"));
  EXPECT_THAT(other.sink.bodies_of("lobby"), ElementsAre("{other}"));
  ASSERT_EQ(one.sink.signals.size(), 1U);
  EXPECT_EQ(one.sink.signals[0].payload, "u1 Ana");
  ASSERT_EQ(other.sink.signals.size(), 1U);
  EXPECT_EQ(other.sink.signals[0].payload, "u2 Bo");
  EXPECT_THAT(other.texts("lobby", {0, 9, 9, false}), ElementsAre("1{other}"));
}

TEST_P(TwoClusters, KnowNothingOfEachOthersNodesPeopleAndSecrets) {
  ASSERT_TRUE(one.renew("chat-1.aa"));
  EXPECT_THAT(*other.renew("chat-2.bb"), ElementsAre("chat-2.bb"));
  ASSERT_TRUE(one.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}}));
  EXPECT_THAT(*other.load("lobby"), IsEmpty());
  ASSERT_TRUE(one.announce({"chat-1", "One", "", 0, 0, 0, 0, 0}));
  EXPECT_THAT(*other.list(), IsEmpty());
  const auto agree = [this](Peer& peer, const char* offer) {
    return await<SharedSecret>(loop, [&](auto done) { peer.kv().agree_secret(offer, std::move(done)); })->current;
  };
  EXPECT_EQ(agree(one, "the secret of the one cluster"), "the secret of the one cluster");
  EXPECT_EQ(agree(other, "the secret of the other one"), "the secret of the other one");
}

TEST_P(TwoClusters, ReachOnlyTheirOwnConnections) {
  const auto listen = await<bool>(loop, [&](auto done) {
    one.messenger().listen(
        "address", [](std::string_view, const Messenger::Answer& answer) { answer("here"); }, std::move(done));
  });
  ASSERT_TRUE(listen);
  const auto asked = await<std::string>(
      loop, [&](auto done) { other.messenger().ask("address", "hello", Seconds(5), std::move(done)); });
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, ErrorCode::not_found);
  const auto claim = [this](Peer& peer) {
    return *await<bool>(loop, [&](auto done) { peer.kv().claim("address", Seconds(40), std::move(done)); });
  };
  EXPECT_TRUE(claim(one));
  EXPECT_TRUE(claim(other));
}

TEST(RedisNames, BeginWithThePrefixOfTheUrl) {
  boost::asio::io_context loop;
  RedisServer server;
  Peer peer(loop,
            make_redis_services(loop, *parse_redis_url(url_with(server, "?prefix=blue")), {1000, Seconds(3600)}, {}));
  ASSERT_TRUE(peer.subscribe("lobby"));
  ASSERT_TRUE(peer.append("lobby", "{m}", "sender", 1));
  ASSERT_TRUE(peer.renew("chat-1.aa"));
  ASSERT_TRUE(peer.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}}));
  ASSERT_TRUE(peer.announce({"chat-1", "One", "", 0, 0, 0, 0, 0}));
  ASSERT_TRUE(peer.append_keyed("lobby", "{m}", "order-7"));
  ASSERT_TRUE(await<std::string>(loop, [&](auto done) { peer.queue().push("work", {{"n", "1"}}, std::move(done)); }));
  RecordingConsumer consumer;
  peer.queue().consume("work", consumer);
  ASSERT_TRUE(run_until(loop, [&] { return consumer.got.size() == 1; }));
  EXPECT_THAT(server.command({"KEYS", "*"}), Each(StartsWith("blue:")));
  EXPECT_THAT(server.command({"PUBSUB", "SHARDCHANNELS"}), Each(StartsWith("blue:{")));
}

TEST(RedisNames, OfConnectionsBeginWithTheProgram) {
  boost::asio::io_context loop;
  RedisServer server;
  BackplaneOptions options;
  options.program = "chatctl";
  const Peer peer(loop, redis_backplane().make(loop, server.url(), options));
  std::set<std::string> names;
  std::istringstream clients(server.command({"CLIENT", "LIST"})[0]);
  for (std::string word; clients >> word;) {
    if (word.starts_with("name=chat")) names.insert(word.substr(5));
  }
  EXPECT_THAT(names, ElementsAre("chatctl-appends", "chatctl-commands", "chatctl-subscriptions"));
}

}  // namespace
}  // namespace chat

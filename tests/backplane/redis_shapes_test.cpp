#include <gtest/gtest.h>

#include <random>

#include "backplane/peer.hpp"
#include "chat/backplane/redis.hpp"
#include "support/fake_redis.hpp"
#include "support/recording_consumer.hpp"

namespace chat {
namespace {

/// Replies of every shape that RESP2 has, nested three deep, with the texts of our own replies.
class Shapes {
 public:
  explicit Shapes(unsigned seed) : random_(seed) {}
  std::string any(int depth = 0) {
    switch (pick(depth < 3 ? 8 : 5)) {
      case 0:
        return "$-1\r\n";
      case 1:
        return "-ERR the text of Redis\r\n";
      case 2:
        return ':' + std::to_string(pick(2) == 0 ? -5 : 7) + "\r\n";
      case 3:
        return "+OK\r\n";
      case 4:
        return FakeRedis::bulk(kTexts[pick(std::size(kTexts))]);
      default:
        std::vector<std::string> parts(pick(7));
        for (auto& part : parts) part = any(depth + 1);
        return FakeRedis::array(parts);
    }
  }
  std::string push() {
    const std::string channel = pick(2) == 0 ? "chat:{lobby}:live" : "chat:{address}:asked";
    return pick(3) == 0 ? FakeRedis::array({any(1), any(1)})
                        : FakeRedis::array({FakeRedis::bulk("smessage"), FakeRedis::bulk(channel), any(1)});
  }

 private:
  std::size_t pick(std::size_t end) { return random_() % end; }
  static constexpr const char* kTexts[] = {"",
                                           "0-1",
                                           "0-99999999999999999999",
                                           "m",
                                           "e1",
                                           "12",
                                           "m e1 1\n{\"a\":1}",
                                           "m e1 x",
                                           "p ",
                                           "t u1 Ana",
                                           "chat-1.aa u1",
                                           "id",
                                           "last_seen",
                                           "-1",
                                           "nan",
                                           "chat:{x}:answers 1\n",
                                           "1e999"};
  std::mt19937 random_;
};

TEST(RedisShapes, AreAllSurvivedAndEveryCallIsAnsweredOnce) {
  boost::asio::io_context loop;
  Shapes shapes(1);
  FakeRedis server(loop, [&](const FakeRedis::Command& command) {
    const auto greeting = FakeRedis::greeting(command);
    return greeting.empty() ? shapes.any() : greeting;
  });
  Peer peer(loop, make_redis_services(loop, *parse_redis_url(server.url()), {1000, Seconds(3600)}, {}));
  RecordingConsumer consumer;
  peer.queue().consume("work", consumer);
  Outcome<bool> listening;
  peer.messenger().listen(
      "address", [](std::string_view, const Messenger::Answer& answer) { answer("x"); }, listening.completion());
  for (int round = 0; round < 300; ++round) {
    ASSERT_TRUE(peer.wait_until_available());
    Outcome<Appended> appended;
    Outcome<LogState> state, subscribed;
    Outcome<Position> top;
    Outcome<std::vector<Message>> history;
    Outcome<std::vector<PresenceRow>> rows;
    Outcome<Lease> lease;
    Outcome<std::vector<NodeCard>> cards;
    Outcome<bool> changed, claimed;
    Outcome<Announced> announced;
    Outcome<std::string> asked, pushed;
    Outcome<SharedSecret> agreed;
    peer.backplane().append({"lobby", "sender", 1, "{m}"}, appended.completion());
    peer.backplane().subscribe("lobby", subscribed.completion());
    peer.backplane().state("lobby", state.completion());
    peer.backplane().top("lobby", top.completion());
    peer.backplane().history("lobby", {0, 9, 9, round % 2 == 0}, history.completion());
    peer.presence().load("lobby", PresenceStore::Through::living_nodes, rows.completion());
    peer.presence().renew("chat-1.aa", lease.completion());
    peer.presence().change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}}, changed.completion());
    peer.registry().list(cards.completion());
    peer.registry().announce({"chat-1", "One", "", 0, 0, 0, 0, 0}, announced.completion());
    peer.kv().claim("name", Seconds(1), claimed.completion());
    peer.kv().agree_secret("a secret that is long enough", agreed.completion());
    peer.queue().push("work", {{"n", "1"}}, pushed.completion());
    peer.queue().acknowledge("work", {"1-0"});
    peer.queue().bury("work", "1-0", "it is wrong");
    peer.messenger().ask("elsewhere", "hello", Milliseconds(50), asked.completion());
    server.push(shapes.push());
    ASSERT_TRUE(run_until(loop, [&] {
      return appended.is_there() && state.is_there() && subscribed.is_there() && top.is_there() && history.is_there() &&
             rows.is_there() && lease.is_there() && cards.is_there() && changed.is_there() && announced.is_there() &&
             claimed.is_there() && agreed.is_there() && asked.is_there() && pushed.is_there();
    })) << round;
    for (const auto& why :
         {appended->has_error() ? appended->error().message : "", history->has_error() ? history->error().message : "",
          claimed->has_error() ? claimed->error().message : ""}) {
      EXPECT_EQ(why.find("text of Redis"), std::string::npos) << why;
    }
  }
  peer.backplane().stop();
  settle(loop);
}

}  // namespace
}  // namespace chat

#include <gtest/gtest.h>

#include "backplane/peer.hpp"
#include "backplane/redis/history_reader.hpp"
#include "chat/backplane/redis.hpp"
#include "support/fake_redis.hpp"

namespace chat {
namespace {

TEST(HistoryReader, HasFewPagesOnOrderAndRefusesWhatTooManyWaitFor) {
  boost::asio::io_context loop;
  std::size_t asked = 0;
  FakeRedis server(loop, [&asked](const FakeRedis::Command& command) {
    if (command.at(0) != "XRANGE") return FakeRedis::greeting(command);
    ++asked;
    return std::string();  // it is slow
  });
  Peer peer(loop, make_redis_services(loop, *parse_redis_url(server.url()), {}, {}));
  ASSERT_TRUE(run_until(loop, [&] { return peer.sink.is_available(); }));
  std::size_t busy = 0;
  for (std::size_t i = 0; i < redis::HistoryReader::kAtOnce + redis::HistoryReader::kMaxWaiting + 3; ++i) {
    peer.backplane().history("lobby", {0, 9, 200, false}, [&busy](const Result<std::vector<Message>>& found) {
      if (!found && found.error().code == ErrorCode::busy) ++busy;
    });
  }
  EXPECT_TRUE(run_until(loop, [&] { return busy == 3 && asked == redis::HistoryReader::kAtOnce; }));
  settle(loop);
  EXPECT_EQ(asked, redis::HistoryReader::kAtOnce);
  peer.backplane().stop();
  settle(loop);
}

}  // namespace
}  // namespace chat

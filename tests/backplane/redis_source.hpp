#pragma once

#include <gmock/gmock.h>

#include "backplane/peer.hpp"
#include "chat/backplane/redis.hpp"
#include "support/redis_server.hpp"

namespace chat {

struct RedisSource {
  static constexpr std::uint32_t kHistory = 200;
  RedisServer server;
  std::unique_ptr<ClusterServices> connect(boost::asio::io_context& loop) {
    return make_redis_services(loop, *parse_redis_url(server.url()), {kHistory, Seconds(3600)}, {});
  }
};

/// Two nodes on a Redis that a test may treat badly.
class RedisTest : public ServicesTest<RedisSource> {
 protected:
  RedisServer& redis() { return source.server; }
  /// A node needs no right that deploy/redis.acl does not give.
  void TearDown() override {
    if (!redis().is_running()) return;
    EXPECT_THAT(redis().command({"ACL", "LOG"}), testing::IsEmpty());
  }

  /// Runs the action that breaks connections and waits until both nodes have noticed and come back.
  template <class Action>
  testing::AssertionResult interrupt(Action action) {
    a.sink.availability.clear();
    b.sink.availability.clear();
    action();
    const auto is_over = [](const RecordingSink& sink) {
      return sink.availability.size() == 2 && !sink.availability[0] && sink.is_available();
    };
    if (run_until(loop, [&] { return is_over(a.sink) && is_over(b.sink); })) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "availability: a " << testing::PrintToString(a.sink.availability) << ", b "
                                       << testing::PrintToString(b.sink.availability);
  }
};

}  // namespace chat

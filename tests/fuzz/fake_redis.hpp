#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string_view>

#include "chat/backplane/redis.hpp"
#include "fuzz/fake_link.hpp"

namespace chat::redis {

/// A node's backends over Redis, connected and with nothing under way; the answers of Redis are the fuzzer's.
class FakeRedis {
 public:
  explicit FakeRedis(BackplaneSink& sink);
  ~FakeRedis();

  ClusterServices& backends() { return *backends_; }
  /// Gives the bytes to the connection, cut as `seed` says, until it breaks.
  void answer(std::string_view link, std::string_view bytes, std::uint8_t seed = 0);
  /// Runs the posted functions.
  void poll();
  /// Breaks all connections: each waiting call gets its error.
  void break_off();
  /// The channel of answers to this node.
  const std::string& answers_channel() const { return FakeLink::named(kSubscriptions).channels.front(); }

  static constexpr std::string_view kAppends = "chatd-appends";
  static constexpr std::string_view kCommands = "chatd-commands";
  static constexpr std::string_view kSubscriptions = "chatd-subscriptions";

 private:
  std::unique_ptr<ClusterServices> backends_;
};

/// An array of texts in RESP.
std::string to_resp(std::initializer_list<std::string_view> texts);

}  // namespace chat::redis

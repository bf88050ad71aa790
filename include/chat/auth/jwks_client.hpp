#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "chat/auth/jwks_fetch.hpp"
#include "chat/auth/jwks_schedule.hpp"
#include "chat/auth/key_set.hpp"
#include "chat/base/clock.hpp"

namespace chat {

/// Keeps the keys of a JWK Set URL fresh, as JwksSchedule says. After a failure nothing is called: the owner keeps the
/// keys that it has. Logs a failure at most once a minute, and each set that differs from the last one.
/// Thread: the loop's; only miss_key() any. Owner: the node; must be destroyed on the loop's thread or after its run.
class JwksClient {
 public:
  /// `clock` and `loop` must outlive the client.
  JwksClient(boost::asio::io_context& loop, const Clock& clock, JwksSource source,
             std::function<void(KeySet)> take_keys);
  ~JwksClient();
  JwksClient(const JwksClient&) = delete;
  JwksClient& operator=(const JwksClient&) = delete;

  /// Fetches now and again, until the client is destroyed.
  void start() { wait(); }

  /// A token was refused with TokenFault::unknown_key. Costs one atomic read if that was told already.
  void miss_key();

 private:
  void wait();
  void fetch();
  void take(const JwksAnswer& answer);
  void fail(const std::string& why);

  boost::asio::io_context& loop_;
  const Clock& clock_;
  JwksSource source_;
  std::function<void(KeySet)> take_keys_;
  JwksSchedule schedule_;
  boost::asio::steady_timer timer_;
  std::string last_body_;
  std::atomic<bool> misses_key_{false};
  std::shared_ptr<JwksClient*> self_;  // what callbacks find the client by, null when it is destroyed
};

}  // namespace chat

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

#include "backplane/redis/stream.hpp"
#include "chat/backplane/redis.hpp"

namespace chat::redis {

/// Finds the addresses of Redis: by name, or by asking the Sentinels one after the other for the present master.
/// Thread: the backplane loop.
class Locator {
 public:
  /// Nothing but a sentence when it was not found.
  using Found = std::function<void(const std::string& failure, const Target& target)>;

  Locator(boost::asio::io_context& loop, const RedisUrl& url) : loop_(loop), url_(url), resolver_(loop) {}
  void find(Found found);
  /// Ends the search under way; `found` is not called.
  void cancel();

 private:
  struct Question;

  void resolve(const RedisUrl::Place& place, Found found);
  void ask(std::size_t sentinel, Found found);

  boost::asio::io_context& loop_;
  const RedisUrl& url_;
  boost::asio::ip::tcp::resolver resolver_;
  std::shared_ptr<Question> question_;  // to the Sentinel being asked
};

}  // namespace chat::redis

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"

namespace chat {

/// A connection to one origin, with TLS or without. Owner: the exchange that uses it, else the pool.
struct HttpConnection {
  HttpConnection(boost::asio::io_context& loop, boost::asio::ssl::context& tls, bool is_secure) : socket(loop) {
    if (is_secure) secure.emplace(socket, tls);
  }
  /// Calls `use(stream)` with the stream that carries HTTP.
  template <class Use>
  void with_stream(Use use) {
    secure ? use(*secure) : use(socket);
  }

  boost::asio::ip::tcp::socket socket;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> secure;
  Instant idle_since{};
};

/// The idle connections of a client, and the parts that all its connections share.
/// Thread: the loop's. Owner: the client and its exchanges.
class HttpPool : public std::enable_shared_from_this<HttpPool> {
 public:
  static constexpr std::size_t kMaxIdle = 64;  // for each origin
  /// Node's and uvicorn's servers close a connection that is idle for 5 s: the client should be first.
  static constexpr Milliseconds kIdleTime{4000};

  HttpPool(boost::asio::io_context& loop, const std::string& ca_file, Milliseconds idle_time = kIdleTime);

  /// An idle connection that is still open; null: there is none.
  std::unique_ptr<HttpConnection> take(const std::string& origin);
  std::unique_ptr<HttpConnection> make(bool is_secure) {
    return std::make_unique<HttpConnection>(loop_, tls_, is_secure);
  }
  void give_back(const std::string& origin, std::unique_ptr<HttpConnection> connection);

  std::size_t idle() const;
  /// The client is gone: nothing is kept and no completion is called.
  void close();
  bool is_closed() const { return is_closed_; }

  boost::asio::io_context& loop() { return loop_; }
  /// Why no connection with TLS can be made; empty: it can.
  const std::string& tls_fault() const { return tls_fault_; }

 private:
  void sweep_later();
  void sweep();

  boost::asio::io_context& loop_;
  boost::asio::ssl::context tls_;
  std::string tls_fault_;
  Milliseconds idle_time_;
  boost::asio::steady_timer timer_;
  bool is_sweeping_ = false;
  bool is_closed_ = false;
  TextMap<std::vector<std::unique_ptr<HttpConnection>>> idle_;  // by origin, the longest idle first
};

}  // namespace chat

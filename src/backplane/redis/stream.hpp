#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chat/backplane/redis.hpp"

namespace chat::redis {

/// Where a server may be reached, and the name its certificate must have.
struct Target {
  using Endpoint = boost::asio::generic::stream_protocol::endpoint;
  std::vector<Endpoint> endpoints;  // tried one after the other
  std::string host;
};

/// The bytes to and from one server: TCP or a Unix socket, with TLS if the URL wants it. May be connected again after
/// close(); handlers of an earlier connection may still come then. Thread: one loop.
class Stream {
 public:
  using Done = std::function<void(boost::system::error_code, std::size_t)>;

  Stream(boost::asio::io_context& loop, const RedisUrl& url);
  ~Stream();

  /// Nothing but a sentence if it failed.
  void connect(Target target, std::function<void(const std::string& failure)> done);
  void read_some(boost::asio::mutable_buffer into, Done done);
  void write(boost::asio::const_buffer bytes, Done done);
  void close();
  /// Address and port, or the path of a socket; for the log.
  std::string peer() const;

 private:
  struct Tls;
  using Socket = boost::asio::generic::stream_protocol::socket;
  void shake_hands(const std::string& host, std::function<void(const std::string& failure)> done);

  boost::asio::io_context& loop_;
  const bool wants_tls_;
  const std::string ca_file_;
  Socket socket_;             // without TLS
  std::shared_ptr<Tls> tls_;  // of this connection; its handlers keep it
};

}  // namespace chat::redis

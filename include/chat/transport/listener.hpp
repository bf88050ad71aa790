#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "chat/sessions/door.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/transport/admission.hpp"
#include "chat/transport/cluster_secret.hpp"
#include "chat/transport/http/router.hpp"
#include "chat/transport/io/descriptor.hpp"
#include "chat/transport/polling/logical_connections.hpp"
#include "chat/transport/websocket/websocket_connections.hpp"

namespace chat {

/// The rules for every connection of a node; outlives them.
struct TransportSettings {
  std::vector<std::string> allowed_origins;
  AddressRanges trusted_proxies;
  bool compression;  // for clients that offer it
  ClusterSecret secret;
  std::vector<std::string> allowed_hosts;  // by which clients may call this node; empty: any
  RateLimit connects{};                    // of one address
  RateLimit http_requests{};               // of one address
  Door* door = nullptr;                    // null: the application is not asked
};

/// The parts of a shard that its connections use.
struct ShardContext {
  Shard& shard;
  WebSocketConnections& websockets;
  LogicalConnections& logical;
  ConnectionRelay& relay;
  Admission& admission;
  const ConnectionHomes& homes;
};

/// Accepts connections and gives them to the shards in turn, where their HTTP requests are answered and upgrades made.
/// Thread: shard 0's, but for stop().
class Listener {
 public:
  /// Binds at once. Throws boost::system::system_error.
  Listener(const boost::asio::ip::tcp::endpoint& address, std::vector<ShardContext> entrances, const Router& router,
           const TransportSettings& settings);

  boost::asio::ip::tcp::endpoint address() const { return acceptor_.local_endpoint(); }
  void start();
  /// Call on shard 0's thread.
  void stop();

 private:
  void wait();
  void pause();
  bool accept_some();
  bool refuse_some();
  void warn(int failure);

  std::vector<ShardContext> entrances_;
  const Router& router_;
  const TransportSettings& settings_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::size_t next_ = 0;
  Descriptor spare_;  // given up for a moment to answer new clients when there is no other
  Instant quiet_until_{};
};

}  // namespace chat

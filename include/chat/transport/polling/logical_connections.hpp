#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chat/base/hash.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/transport/io/socket_poller.hpp"
#include "chat/transport/polling/connection_relay.hpp"

namespace chat {

class LogicalConnection;

/// The connections of one shard whose clients come by HTTP requests, each with an address under which every node can
/// ask for it. Thread: the shard. Owner of its connections; destroy it when no loop runs and before the shard.
class LogicalConnections {
 public:
  LogicalConnections(Shard& shard, ConnectionRelay& relay);
  ~LogicalConnections();
  LogicalConnections(const LogicalConnections&) = delete;
  LogicalConnections& operator=(const LogicalConnections&) = delete;

  void start();
  /// Takes a connection in and tells it when others can ask for it, or that they cannot.
  void add(std::unique_ptr<LogicalConnection> connection);
  /// The connection; nullptr: it is not this shard's.
  LogicalConnection* find(std::string_view id) const;
  Shard& shard() { return shard_; }

 private:
  friend class LogicalConnection;

  SocketPoller& poller() { return poller_; }
  void unlist(std::string_view id) { relay_.unlisten(std::string(id)); }
  void call_later(std::string_view id, Milliseconds time, std::function<void()> then);
  /// Deletes the connection when the turn is over.
  void remove_later(std::string_view id);
  void look();

  Shard& shard_;
  ConnectionRelay& relay_;
  SocketPoller poller_;
  boost::asio::steady_timer timer_;
  using ById = std::unordered_map<std::string_view, std::unique_ptr<LogicalConnection>, TextHash>;
  ById connections_;  // each key is in its connection
};

}  // namespace chat

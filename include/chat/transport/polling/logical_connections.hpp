#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chat/backplane/cluster_kv.hpp"
#include "chat/backplane/messenger.hpp"
#include "chat/base/hash.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/transport/io/socket_poller.hpp"

namespace chat {

class LogicalConnection;
struct ConnectionAnswer;
struct ConnectionRequest;

/// The connections of one shard whose clients come by HTTP requests, each with an address under which every node can
/// ask for it. Thread: the shard. Owner of its connections; destroy it when no loop runs and before the shard.
class LogicalConnections {
 public:
  /// `messenger` and `kv` belong to the thread of `backplane_loop`.
  LogicalConnections(Shard& shard, Messenger& messenger, ClusterKv& kv, boost::asio::io_context& backplane_loop);
  ~LogicalConnections();
  LogicalConnections(const LogicalConnections&) = delete;
  LogicalConnections& operator=(const LogicalConnections&) = delete;

  void start();
  /// Takes a connection in and tells it when others can ask for it, or that they cannot.
  void add(std::unique_ptr<LogicalConnection> connection);
  /// Asks the connection `id`, wherever it is. 404: there is no such connection; 503: nobody knows at the moment.
  void ask(std::string id, const ConnectionRequest& request, Milliseconds most,
           std::function<void(ConnectionAnswer)> done);

  /// Whether nobody has begun the connection `id` so far; from now on somebody has. An error: nobody knows.
  void claim(std::string id, Seconds kept, std::function<void(Result<bool>)> done);

 private:
  friend class LogicalConnection;
  using Answer = std::function<void(ConnectionAnswer)>;

  Shard& shard() { return shard_; }
  SocketPoller& poller() { return poller_; }
  /// Deletes the connection when the turn is over.
  void remove_later(const std::string& id);
  void take(const std::string& id, std::string_view request, const Answer& answer);
  void look();

  Shard& shard_;
  Messenger& messenger_;
  ClusterKv& kv_;
  boost::asio::io_context& backplane_loop_;
  SocketPoller poller_;
  boost::asio::steady_timer timer_;
  TextMap<std::unique_ptr<LogicalConnection>> connections_;  // by id
};

}  // namespace chat

#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <vector>

#include "chat/api/cluster_sessions.hpp"
#include "chat/api/local_sessions.hpp"
#include "chat/api/routes.hpp"
#include "chat/api/server_api.hpp"
#include "chat/server/config.hpp"
#include "chat/transport/listener.hpp"
#include "server/access_control.hpp"

namespace chat {

/// The server API of a node: its listener, its keys, and the orders between nodes. Without --api-keys only the orders
/// of other nodes are served. Reads the keys again each minute and when it is asked to; a file that is broken by then
/// leaves what was read before. Thread: the backplane loop. Owner: the node.
class ApiEndpoint {
 public:
  struct Parts {
    boost::asio::io_context& loop;
    ClusterServices& backends;
    AccessControl& access;
    std::deque<Shard>& shards;
    const NodeInstance& instance;
    const ClusterSecret& secret;
    const Clock& clock;
    ClusterOperations& operations;
    Admission& admission;  // of applications, which take no places of clients; outlives the loops
    TraceStarts& traces;
    TraceSink& hops;
  };
  /// `entrance`: that of the backplane's loop, so that a request crosses no thread. Throws std::runtime_error if there
  /// are no good keys, and boost::system::system_error if the address is taken.
  ApiEndpoint(const Parts& parts, const Config& config, const ShardContext& entrance);

  SessionControl& sessions() { return sessions_; }
  ServerApi& server_api() { return api_; }
  /// Whether the other nodes reach the sessions of this one.
  bool takes_orders() const { return sessions_.is_listening(); }

  void start();
  void stop();
  void reload();

 private:
  void reload_each_minute();

  std::string keys_path_;
  boost::asio::steady_timer keys_timer_;
  Snapshot<ApiKeys> keys_;
  LocalSessions local_;
  ClusterSessions sessions_;
  ServerApi api_;
  Router router_;
  TransportSettings settings_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace chat

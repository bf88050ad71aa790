#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "chat/backplane/cluster_services.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/transport/listener.hpp"
#include "chat/transport/polling/logical_connections.hpp"
#include "chat/transport/websocket/websocket_connections.hpp"
#include "server/loops.hpp"

namespace chat {

/// The shards of a node with their connections. Thread: the backplane loop. Owner: Node.
class NodeShards {
 public:
  struct Parts {
    Loops& loops;
    ClusterServices& backends;
    RoomMailbox& mailbox;
    const SessionSettings& settings;
    RateTable& rates;
    const Clock& clock;
    Admission& admission;
    bool io_uring;
  };
  explicit NodeShards(const Parts& parts);

  std::deque<Shard>& all() { return shards_; }
  /// Where a connection comes in; one a shard.
  std::vector<ShardContext> entrances();
  void start();
  /// To each shard.
  void post(const ShardMail& mail);
  /// Calls `visit` for each session, in the thread of its shard.
  void visit(const std::function<void(Session&)>& visit);

  std::uint64_t sessions() const;
  std::uint64_t deliveries() const;
  bool has_watchers() const;
  /// Whether a session watches the cluster as operators see it.
  bool has_operators() const;

 private:
  template <class Count>
  std::uint64_t sum(Count count) const;

  Parts parts_;
  std::deque<Shard> shards_;
  std::deque<ConnectionRelay> relays_;
  std::deque<WebSocketConnections> websockets_;
  std::deque<LogicalConnections> logical_;
  ConnectionHomes homes_;
};

}  // namespace chat

#pragma once

#include <optional>
#include <set>
#include <vector>

#include "chat/backplane/node_registry.hpp"

namespace chat {

/// After a node has come, the nodes with more clients than the average ask the surplus to connect again, once. A proxy
/// that knows the new node sends a part of them there; one that it sends back has lost no more than a reconnection.
/// While a node leaves, its clients are on their way, so the others wait. A pure state machine. Thread: the backplane
/// loop. Owner: Node.
class Rebalance {
 public:
  static constexpr Seconds kSettles{10};  // the proxies know the new node by then; also after a node has left
  static constexpr std::uint64_t kLeastSurplus = 8;
  static constexpr Milliseconds kPerClient{10};  // so a node loses 100 clients a second

  struct Order {
    double share = 0;  // of the node's clients
    Milliseconds over{0};
  };

  explicit Rebalance(const Clock& clock) : clock_(clock) {}

  /// All nodes as they were listed. nullopt: the clients stay.
  std::optional<Order> on_listed(const NodeCard& own, const std::vector<NodeCard>& cards);

 private:
  const Clock& clock_;
  bool has_begun_ = false;
  std::set<std::string> known_;  // instances of other nodes
  std::optional<Instant> due_;
};

}  // namespace chat

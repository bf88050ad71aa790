#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chat/backplane/node_registry.hpp"

namespace chat {

/// Finds conflicts with other nodes in the registry: another live node has this node's id, or nodes sign connection
/// tokens with another secret. The node that began later gives way. Logs each conflict at most once a minute. A pure
/// state machine. Thread: the backplane loop.
class Neighbours {
 public:
  explicit Neighbours(const Clock& clock) : clock_(clock) {}

  /// `own` has been announced.
  void on_announced(const NodeCard& own, const Announced& announced);
  /// All nodes, this one perhaps among them.
  void on_listed(const NodeCard& own, const std::vector<NodeCard>& cards);
  /// The reasons why this node must not take clients, a sentence each.
  std::vector<std::string> faults() const;

 private:
  const Clock& clock_;
  bool announced_ = false;
  std::optional<Instant> rival_seen_;  // since when a node that began earlier has this id, too
  std::string other_secret_;           // the node that has it
};

/// Names a secret in the registry: the same on all nodes with that secret, and no help in finding it. Empty (the nodes
/// agree on one): "shared".
std::string name_of_secret(const std::string& secret);

}  // namespace chat

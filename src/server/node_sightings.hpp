#pragma once

#include <map>
#include <string>
#include <vector>

#include "chat/backplane/node_registry.hpp"
#include "chat/base/clock.hpp"
#include "chat/core/cluster_seen.hpp"

namespace chat {

/// Tells from the list of nodes, read again and again, which ones still announce themselves. It compares what a node
/// wrote with what it wrote before, and the time by this node's clock: a wrong clock elsewhere does no harm.
/// Thread: one. Does no I/O.
class NodeSightings {
 public:
  /// A node that has announced nothing new for so long is silent. Nodes announce themselves twice a second.
  static constexpr Milliseconds kSilentAfter{1200};

  /// The list as it is at `now`. At most limits::kNodesSeen of them, by id.
  std::vector<NodeSeen> see(std::vector<NodeCard> cards, Instant now);
  /// The list could not be read: the nodes could not announce themselves either. Silence counts from the next list on.
  void forget() { known_.clear(); }

 private:
  struct Sighting {
    UnixMs announced = 0;  // as the node wrote it
    std::string instance;
    Instant at{};
  };
  std::map<std::string, Sighting> known_;
};

}  // namespace chat

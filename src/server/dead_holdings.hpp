#pragma once

#include <vector>

#include "chat/backplane/cluster_events.hpp"
#include "chat/base/clock.hpp"
#include "server/hook_interest.hpp"

namespace chat {

/// Ends in the store what dead nodes held, if this node is the first of the living ones. That two nodes do so, for a
/// moment, does no harm. After a failed call the next on_living() begins anew. Thread: the loop of the rooms. Owner:
/// NodeHoldings.
class DeadHoldings {
 public:
  DeadHoldings(ClusterEvents& store, const NodeInstance& own, const Clock& clock, const HookInterest& wants)
      : store_(store), own_(own), clock_(clock), wants_(wants) {}

  /// Once in a lease, while the store is there.
  void on_living(const std::vector<NodeInstance>& living);

 private:
  void end_next();
  void end(const NodeInstance& dead);
  void on_listed(const NodeInstance& dead, const ClusterEvents::Page& page);

  ClusterEvents& store_;
  const NodeInstance& own_;
  const Clock& clock_;
  const HookInterest& wants_;
  std::vector<NodeInstance> dead_;  // with holdings
  bool is_ending_ = false;
};

}  // namespace chat

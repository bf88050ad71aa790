#pragma once

#include "backplane/shards/stores.hpp"
#include "chat/backplane/cluster_events.hpp"

namespace chat::shards {

/// A message's event lies in the store of its room. Holdings are in the first store, because one place must know
/// whether a room has members on any node; while that store is away, their events wait.
/// Thread: the backplane loop. Owner: ShardedServices.
class ShardedEvents final : public ClusterEvents {
 public:
  explicit ShardedEvents(Stores& stores) : stores_(stores) {}
  /// Each store's part of the queue takes its share of `max_entries`.
  void enable(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) override;
  void change(HoldingChanges changes, Completion<bool> done) override;
  void list(NodeInstance instance, std::string cursor, Completion<Page> done) override;
  void instances(Completion<std::vector<NodeInstance>> done) override;
  /// The sum over the stores that answer.
  void backlog(Completion<EventBacklog> done) override;

 private:
  ClusterEvents& holdings() { return stores_[0].events(); }

  Stores& stores_;
};

}  // namespace chat::shards

#pragma once

#include "backplane/shards/stores.hpp"
#include "chat/backplane/node_registry.hpp"

namespace chat::shards {

/// Each node's card in every store: the newest one counts. Thread: the backplane loop. Owner: ShardedServices.
class ShardedRegistry final : public NodeRegistry {
 public:
  explicit ShardedRegistry(Stores& stores) : stores_(stores) {}
  void announce(const NodeCard& card, Completion<Announced> done) override;
  void list(Completion<std::vector<NodeCard>> done) override;
  void withdraw(std::string_view id) override;

 private:
  Stores& stores_;
};

}  // namespace chat::shards

#pragma once

#include "backplane/memory/memory_bus.hpp"
#include "backplane/memory/posting.hpp"
#include "chat/backplane/cluster_events.hpp"

namespace chat {

/// The events of the nodes of one process. Same semantics as lua/holdings.lua. Thread: the loop of the bus.
class MemoryEvents final : public ClusterEvents {
 public:
  MemoryEvents(MemoryBus& bus, Posting& posting) : bus_(bus), posting_(posting) {}

  void enable(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) override;
  void change(HoldingChanges changes, Completion<bool> done) override;
  void list(NodeInstance instance, std::string cursor, Completion<Page> done) override;
  void instances(Completion<std::vector<NodeInstance>> done) override;
  void backlog(Completion<EventBacklog> done) override;

 private:
  void apply(const HoldingChanges& changes);

  MemoryBus& bus_;
  Posting& posting_;
};

}  // namespace chat

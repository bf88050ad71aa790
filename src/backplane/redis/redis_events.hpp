#pragma once

#include <string>

#include "backplane/redis/redis_backplane.hpp"
#include "chat/backplane/cluster_events.hpp"

namespace chat::redis {

/// Events by lua/holdings.lua and lua/append.lua. Thread: the backplane loop.
class RedisEvents final : public ClusterEvents {
 public:
  explicit RedisEvents(RedisBackplane& backplane) : backplane_(backplane) {}

  void enable(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) override;
  void change(HoldingChanges changes, Completion<bool> done) override;
  void list(NodeInstance instance, std::string cursor, Completion<Page> done) override;
  void instances(Completion<std::vector<NodeInstance>> done) override;
  void backlog(Completion<EventBacklog> done) override;

 private:
  RedisBackplane& backplane_;
  std::string max_entries_ = std::to_string(kMaxEntries);
};

}  // namespace chat::redis

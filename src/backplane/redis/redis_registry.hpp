#pragma once

#include "backplane/redis/redis_backplane.hpp"
#include "chat/backplane/node_registry.hpp"

namespace chat::redis {

/// A hash a node that expires, and a set of their ids: listed without KEYS.
class RedisRegistry final : public NodeRegistry {
 public:
  explicit RedisRegistry(RedisBackplane& backplane) : backplane_(backplane) {}
  void announce(const NodeCard& card, Completion<Announced> done) override;
  void list(Completion<std::vector<NodeCard>> done) override;
  void withdraw(std::string_view id) override;

 private:
  void read(const std::vector<std::string>& ids, Completion<std::vector<NodeCard>> done);

  RedisBackplane& backplane_;
};

}  // namespace chat::redis

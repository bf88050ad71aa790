#pragma once

#include "backplane/redis/redis_backplane.hpp"
#include "chat/backplane/presence_store.hpp"

namespace chat::redis {

/// Presence rows in one hash a room, leases in one sorted set.
class RedisPresence final : public PresenceStore {
 public:
  explicit RedisPresence(RedisBackplane& backplane) : backplane_(backplane) {}
  void change(std::string_view room, const PresenceChange& change, Completion<bool> done) override;
  void load(std::string room, Through through, Completion<std::vector<PresenceRow>> done) override;
  void renew(std::string_view instance, Completion<Lease> done) override;
  void resign(std::string_view instance) override;

 private:
  void lease(std::string_view instance, Completion<Lease> done);

  RedisBackplane& backplane_;
};

}  // namespace chat::redis

#pragma once

#include "backplane/redis/redis_backplane.hpp"
#include "chat/backplane/cluster_kv.hpp"

namespace chat::redis {

/// A key for each claim, which expires, and two for the secret. Thread: the backplane loop.
class RedisKv final : public ClusterKv {
 public:
  explicit RedisKv(RedisBackplane& backplane) : backplane_(backplane) {}
  void claim(std::string name, Seconds kept, Completion<bool> done) override;
  void agree_secret(std::string offer, Completion<SharedSecret> done) override;
  void rotate_secret(std::string secret, Seconds kept, Completion<bool> done) override;

 private:
  const Keys& keys() const { return backplane_.keys(); }

  RedisBackplane& backplane_;
};

}  // namespace chat::redis

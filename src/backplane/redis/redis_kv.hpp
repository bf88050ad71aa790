#pragma once

#include <utility>

#include "backplane/redis/redis_backplane.hpp"
#include "backplane/redis/redis_lists.hpp"
#include "chat/backplane/cluster_kv.hpp"

namespace chat::redis {

/// A key for each claim, which expires, two for the secret, and the lists. Thread: the backplane loop.
class RedisKv final : public ClusterKv {
 public:
  explicit RedisKv(RedisBackplane& backplane) : backplane_(backplane), lists_(backplane) {}
  void claim(std::string name, Seconds kept, Completion<bool> done) override;
  void agree_secret(std::string offer, Completion<SharedSecret> done) override;
  void rotate_secret(std::string secret, Seconds kept, Completion<bool> done) override;
  void put(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) override {
    lists_.put(list, std::move(key), std::move(value), kept, std::move(done));
  }
  void put_new(std::string list, std::string key, std::string value, Milliseconds kept,
               Completion<bool> done) override {
    lists_.put_new(list, std::move(key), std::move(value), kept, std::move(done));
  }
  void remove(std::string list, std::string key, Completion<bool> done) override {
    lists_.remove(list, std::move(key), std::move(done));
  }
  void read(std::string list, Completion<std::vector<ListEntry>> done) override { lists_.read(list, std::move(done)); }
  void watch(std::string list, std::function<void()> changed) override {
    lists_.watch(std::move(list), std::move(changed));
  }

 private:
  const Keys& keys() const { return backplane_.keys(); }

  RedisBackplane& backplane_;
  RedisLists lists_;
};

}  // namespace chat::redis

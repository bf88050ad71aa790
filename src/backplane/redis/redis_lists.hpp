#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backplane/redis/redis_backplane.hpp"
#include "chat/backplane/cluster_kv.hpp"
#include "chat/base/hash.hpp"

namespace chat::redis {

/// A hash with the entries of each list, a sorted set with their ends, and a channel that tells of changes. For the
/// methods see ClusterKv. Thread: the backplane loop.
class RedisLists final : private Subscriptions::ChannelUser {
 public:
  explicit RedisLists(RedisBackplane& backplane);
  void put(const std::string& list, std::string key, std::string value, Milliseconds kept, Completion<bool> done);
  void put_new(const std::string& list, std::string key, std::string value, Milliseconds kept, Completion<bool> done);
  void remove(const std::string& list, std::string key, Completion<bool> done);
  void read(const std::string& list, Completion<std::vector<ListEntry>> done);
  void watch(std::string list, std::function<void()> changed);

 private:
  void on_subscriptions_up() override;
  void on_subscriptions_down() override {}
  void on_subscribed(std::string_view channel) override { tell(channel); }
  void on_message(std::string_view channel, std::string_view) override { tell(channel); }
  bool is_subscribed() const override { return true; }
  void on_stop() override { watched_.clear(); }

  void tell(std::string_view channel);
  void change(const std::string& list, std::vector<std::string> arguments, Completion<bool> done);
  const Keys& keys() const { return backplane_.keys(); }

  RedisBackplane& backplane_;
  TextMap<std::function<void()>> watched_;  // by channel
};

}  // namespace chat::redis

#pragma once

#include <set>
#include <string>

#include "backplane/shards/sharded_backplane.hpp"
#include "chat/backplane/cluster_kv.hpp"

namespace chat::shards {

/// A claim is in the store of its name. A list is in two: one can be read without the other, but is changed in both.
/// The secret is decided by the first store that answers, and the others get a copy, so that a node can begin without
/// any of them. Thread: the backplane loop. Owner: ShardedServices.
class ShardedKv final : public ClusterKv, private ShardedBackplane::Follower {
 public:
  ShardedKv(Stores& stores, ShardedBackplane& backplane) : stores_(stores) { backplane.follow(*this); }
  void claim(std::string name, Seconds kept, Completion<bool> done) override;
  void agree_secret(std::string offer, Completion<SharedSecret> done) override;
  /// In every store. Errors: unavailable if one is away, because it would go on with the old secret.
  void rotate_secret(std::string secret, Seconds kept, Completion<bool> done) override;
  void put(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) override;
  void put_new(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) override;
  void remove(std::string list, std::string key, Completion<bool> done) override;
  void read(std::string list, Completion<std::vector<ListEntry>> done) override;
  void watch(std::string list, std::function<void()> changed) override;

 private:
  /// A list may have lost its end in the store that comes back, as Redis may: each store gets the entries of the other.
  void on_available(StoreShard shard, bool is_available) override;
  void refuse_later(Completion<bool> done);
  void complete(const std::string& list, StoreShard from, StoreShard to);
  /// Calls `change` for both stores of a list. Errors: unavailable if either is away, and nothing has changed; those of
  /// either, and the other may have changed.
  template <class Change>
  void change_both(const std::string& list, Completion<bool> done, Change change);

  Stores& stores_;
  std::set<std::string> lists_;  // that were watched
};

}  // namespace chat::shards

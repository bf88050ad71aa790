#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backplane/shards/stores.hpp"
#include "chat/backplane/cluster_queue.hpp"

namespace chat::shards {

/// A queue has a part in every store, and an order within each part; a consumer gets the entries of all of them, one
/// batch at a time. An id is "<shard>:<id in that store>". Thread: the backplane loop. Owner: ShardedServices.
class ShardedQueue final : public ClusterQueue {
 public:
  explicit ShardedQueue(Stores& stores);
  ~ShardedQueue() override;
  /// Into the store of the queue's name.
  void push(std::string queue, QueueFields fields, Completion<std::string> done) override;
  void consume(std::string queue, QueueConsumer& consumer) override;
  void acknowledge(const std::string& queue, std::vector<std::string> ids) override;
  void bury(const std::string& queue, std::string id, std::string reason) override;
  void stop(const std::string& queue) override;

 private:
  class Reading;

  Stores& stores_;
  std::map<std::string, std::unique_ptr<Reading>, std::less<>> readings_;
};

}  // namespace chat::shards

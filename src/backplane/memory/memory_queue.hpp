#pragma once

#include <string>
#include <utility>
#include <vector>

#include "backplane/memory/memory_bus.hpp"
#include "backplane/memory/posting.hpp"
#include "chat/backplane/cluster_queue.hpp"

namespace chat {

/// The queues of the nodes of one process, for one of them. Thread: the loop of the bus.
class MemoryQueue final : public ClusterQueue {
 public:
  MemoryQueue(MemoryBus& bus, Posting& posting) : bus_(bus), posting_(posting) {}
  ~MemoryQueue() override { stop(); }
  MemoryQueue(const MemoryQueue&) = delete;
  MemoryQueue& operator=(const MemoryQueue&) = delete;

  void push(std::string queue, QueueFields fields, Completion<std::string> done) override {
    posting_.later([done = std::move(done), outcome = bus_.queues.push(queue, std::move(fields))] { done(outcome); });
  }
  void consume(std::string queue, QueueConsumer& consumer) override { bus_.queues.offer(queue, posting_, consumer); }
  void acknowledge(const std::string& queue, std::vector<std::string> ids) override {
    bus_.queues.acknowledge(queue, ids);
  }
  void bury(const std::string& queue, std::string id, std::string reason) override {
    bus_.queues.bury(queue, id, std::move(reason));
  }
  void stop(const std::string& queue) override { bus_.queues.withdraw(queue, posting_); }
  /// The node stops.
  void stop() { bus_.queues.withdraw(posting_); }

 private:
  MemoryBus& bus_;
  Posting& posting_;
};

}  // namespace chat

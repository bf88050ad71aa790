#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "backplane/memory/posting.hpp"
#include "chat/backplane/cluster_queue.hpp"
#include "chat/base/hash.hpp"

namespace chat {

/// The queues of a MemoryBus. The node that offered itself first is the consumer of a queue until it stops. Thread: the
/// loop of the bus. Bound: kMaxEntries in each queue.
class MemoryQueues {
 public:
  static constexpr std::size_t kMaxEntries = 100'000;

  /// Errors: too_large; busy, the queue is full.
  Result<std::string> push(const std::string& queue, QueueFields fields);
  void offer(const std::string& queue, Posting& node, QueueConsumer& consumer);
  void withdraw(const std::string& queue, const Posting& node);
  /// The node stops.
  void withdraw(const Posting& node);
  void acknowledge(const std::string& queue, const std::vector<std::string>& ids);
  void bury(const std::string& queue, const std::string& id, std::string reason);
  /// Entries that are not acknowledged.
  std::size_t size(const std::string& queue) const;

 private:
  struct Offer {
    Posting* node;
    QueueConsumer* consumer;
  };
  struct Queue {
    std::map<std::uint64_t, QueueFields> entries;
    std::uint64_t last_id = 0;
    std::uint64_t given = 0;    // to the consumer: all entries up to this one
    std::vector<Offer> offers;  // the first is the consumer
    bool is_busy = false;       // it has not asked for more
    std::uint64_t turn = 0;     // of a consumer, of a batch
  };
  void withdraw(Queue& queue, const Posting& node);
  void give(Queue& queue);

  std::map<std::string, Queue> queues_;
};

}  // namespace chat

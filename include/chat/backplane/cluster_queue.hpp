#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chat/core/error.hpp"

namespace chat {

/// Names and values in the order in which they were written; a name may stand there twice.
using QueueFields = std::vector<std::pair<std::string, std::string>>;

struct QueueEntry {
  std::string id;  // given by the store; rises from entry to entry
  QueueFields fields;
  std::string fault{};  // a sentence if the entry broke the bounds of ClusterQueue: then its fields are not here
};

/// Takes the entries of a queue while this node is its consumer. Thread: the backplane loop. Owner: the caller of
/// consume(); lives until stop().
class QueueConsumer {
 public:
  /// The next entries, oldest first, at least one. No more come before `next` is called, once, perhaps at once.
  virtual void on_entries(std::vector<QueueEntry> entries, std::function<void()> next) = 0;
  /// This node is not the consumer any more, or not sure of it: forget all entries that are not acknowledged. The next
  /// on_entries(), here or on another node, begins with the oldest of them.
  virtual void on_lost() = 0;

 protected:
  ~QueueConsumer() = default;
};

/// Durable queues that all nodes share. Any program that reaches the store may write an entry, so a consumer checks
/// each. All nodes may offer themselves as the consumer of a queue; one at a time gets the entries, in order, until it
/// stops or its lease ends. A node whose lease has ended reads no more, but may finish the entries that it has: an
/// entry is given at least once, and its effect must be idempotent. Thread: every method and completion on the
/// backplane loop; no completion and no consumer is called before the method returns. Errors: unavailable, too_large
/// (beyond the bounds below), busy (memory: the queue is full).
class ClusterQueue {
 public:
  static constexpr std::size_t kMaxFields = 32;             // of an entry
  static constexpr std::size_t kMaxEntryBytes = 64 * 1024;  // names and values
  static constexpr std::size_t kMaxBatchEntries = 256;
  static constexpr std::size_t kMaxBatchBytes = 1024 * 1024;  // an entry begins below it
  static constexpr std::size_t kMaxDead = 100'000;            // about; the oldest go
  static constexpr std::size_t kMaxReasonBytes = 1024;

  virtual ~ClusterQueue() = default;
  /// Puts an entry at the end. The outcome is its id.
  virtual void push(std::string queue, QueueFields fields, Completion<std::string> done) = 0;
  /// Offers this node as the consumer; one of a queue on a node.
  virtual void consume(std::string queue, QueueConsumer& consumer) = 0;
  /// The entries have had their effect: removes them. If that fails, the consumer gets on_lost() and the entries again.
  virtual void acknowledge(const std::string& queue, std::vector<std::string> ids) = 0;
  /// Moves an entry to the queue dead_letters(queue): the fields `id` and `reason`, then its own. If that fails, the
  /// consumer gets on_lost() and the entry again.
  virtual void bury(const std::string& queue, std::string id, std::string reason) = 0;
  /// Gives up the queue, at once for the other nodes. The consumer is not called any more.
  virtual void stop(const std::string& queue) = 0;

  static std::string dead_letters(const std::string& queue) { return queue + ":dead"; }
  /// Whether an entry keeps the bounds.
  static bool is_within_bounds(const QueueFields& fields);
  /// The fault of an entry of so many bytes that breaks them.
  static std::string too_large(std::uint64_t bytes);
};

}  // namespace chat

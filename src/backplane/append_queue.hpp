#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/backplane.hpp"
#include "chat/base/hash.hpp"

namespace chat {

/// The appends that have no outcome yet: by room those that wait for the next turn, and the count of all, also of those
/// that the store has. Pure state; thread: the backplane loop. Owner: Appender. Bound: kMaxMessages and kMaxBytes.
class AppendQueue {
 public:
  static constexpr std::size_t kMaxMessages = 4096;
  static constexpr std::size_t kMaxBytes = 8 * 1024 * 1024;

  struct Entry {
    Append append;
    bool after_gap;
    Completion<Appended> done;
  };
  using Batch = std::vector<Entry>;

  bool is_full() const { return messages_ >= kMaxMessages || bytes_ >= kMaxBytes; }
  bool is_empty() const { return waiting_.empty() && returned_.empty(); }
  void push(Entry entry);
  /// The store has not run a batch: it goes again in front of all that wait.
  void put_back(const std::string& room, Batch batch);
  /// A batch has its outcome.
  void finish(const Batch& batch);

  /// Calls `send(room, batch)` with all that waits, in order, and empties the queue. They still count until finish().
  template <class Send>
  void take(Send send) {
    for (auto* batches : {&returned_, &waiting_}) {
      for (auto& [room, batch] : std::exchange(*batches, {})) send(room, std::move(batch));
    }
  }

 private:
  static std::size_t bytes_of(const Append& append) { return append.body.size() + append.idempotency_key.size(); }

  TextMap<Batch> waiting_;
  TextMap<Batch> returned_;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace chat

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
  bool is_empty() const { return waiting_.empty(); }
  void push(Entry entry);
  /// The store has not run a batch: it goes again, in one batch with those of its room that wait. In a batch of its own
  /// it could fail once more where the next one does not, and a sender's messages would overtake each other.
  void put_back(const std::string& room, Batch batch);
  /// A batch has its outcome.
  void finish(const Batch& batch);

  /// Calls `send(room, batch)` once for each room, and empties the queue. They still count until finish().
  template <class Send>
  void take(Send send) {
    for (auto& [room, batch] : std::exchange(waiting_, {})) send(room, std::move(batch));
  }

 private:
  static std::size_t bytes_of(const Append& append) { return append.body.size() + append.idempotency_key.size(); }

  TextMap<Batch> waiting_;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace chat

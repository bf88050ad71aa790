#pragma once

#include <queue>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/rooms/session_ref.hpp"

namespace chat {

/// Sessions to be looked at, each at a moment of its own. One that is gone by then stays in the queue until then.
/// Thread: the shard.
class AlarmQueue {
 public:
  void add(SessionRef session, Instant due) { queue_.push({due, session}); }
  /// Takes out all that are due and gives each to `look`, which may add sessions.
  template <class Look>
  void take_due(Instant now, Look look) {
    while (!queue_.empty() && queue_.top().due <= now) {
      const Entry entry = queue_.top();
      queue_.pop();
      look(entry.session, entry.due);
    }
  }

 private:
  struct Entry {
    Instant due;
    SessionRef session;
    bool operator>(const Entry& other) const { return due > other.due; }
  };
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
};

}  // namespace chat

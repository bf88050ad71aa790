#pragma once

#include <deque>
#include <map>

#include "chat/base/clock.hpp"
#include "chat/rooms/session_ref.hpp"

namespace chat {

/// Sessions to be looked at after some time. There are few different times, so there is one queue for each. A session
/// that is gone by then stays in its queue until then. Thread: the shard.
class DeadlineQueue {
 public:
  void add(SessionRef session, Instant now, Milliseconds after) { queues_[after].push_back({session, now + after}); }
  /// Takes out all that are due and gives each to `look`, which may add sessions.
  template <class Look>
  void take_due(Instant now, Look look) {
    for (auto& [after, queue] : queues_) {
      while (!queue.empty() && queue.front().due <= now) {
        const SessionRef session = queue.front().session;
        queue.pop_front();
        look(session);
      }
    }
  }

 private:
  struct Entry {
    SessionRef session;
    Instant due;
  };
  std::map<Milliseconds, std::deque<Entry>> queues_;
};

}  // namespace chat

#pragma once

#include <deque>

#include "chat/base/clock.hpp"
#include "chat/hub/session_ref.hpp"

namespace chat {

/// Sessions to be looked at after a time that is the same for all of them, so they stand in a queue. Those that are
/// gone by then are found out then. Thread: the shard.
class Agenda {
 public:
  explicit Agenda(Milliseconds after) : after_(after) {}

  void add(SessionRef who, Instant now) { queue_.push_back({who, now + after_}); }
  /// Takes out all that are due and gives each to `look`, which may add them again.
  template <class Look>
  void take_due(Instant now, Look look) {
    while (!queue_.empty() && queue_.front().due <= now) {
      const SessionRef who = queue_.front().who;
      queue_.pop_front();
      look(who);
    }
  }

 private:
  struct Entry {
    SessionRef who;
    Instant due;
  };
  Milliseconds after_;
  std::deque<Entry> queue_;
};

}  // namespace chat

#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "chat/backplane/backplane.hpp"
#include "chat/base/clock.hpp"

namespace chat {

/// What this node got acknowledged lately. Redis writes to its disk once a second, so a crash of it may lose what it
/// had acknowledged; the node then appends it again, under the same (sender, n), which stores nothing twice. Pure
/// state; thread: the hub's loop. Units: bytes of bodies.
class Journal {
 public:
  static constexpr Milliseconds kAge{5000};
  static constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

  void add(Append append, Position position, Instant now);
  /// Forgets what is older than kAge. Not called while the store is away: time does not count then.
  void expire(Instant now);
  /// A room was wiped: only what is of its new life may ever come back.
  void forget(const std::string& room, const Epoch& but);

  std::set<std::string> rooms() const;

  struct Lost {
    Append append;
    Position position;  // that it had
  };
  /// Takes out what a room's log, as it stands now, has lost; in the order it had. A log of which the store knows no
  /// earlier life was wiped, on purpose, and stays so; but if the store has restarted, all that a new room had may have
  /// been in what it lost.
  std::vector<Lost> take_lost(const std::string& room, const LogState& log, bool store_restarted);

 private:
  struct Entry {
    Append append;
    Position position;
    Instant since;
  };
  void drop_front();

  std::deque<Entry> entries_;
  std::size_t bytes_ = 0;
};

}  // namespace chat

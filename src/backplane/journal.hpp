#pragma once

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "chat/backplane/backplane.hpp"
#include "chat/base/clock.hpp"

namespace chat {

/// The messages that the store has acknowledged to this node in the last seconds. A store that answers before
/// it has written to its disk may lose them in a crash; the node then appends them again under the same (sender, seq),
/// which stores none twice, or the same idempotency key. Pure state; thread: the backplane loop. Owner:
/// JournaledAppender. Units: bytes of bodies. Bound: kAge and kMaxBytes; above it the oldest message is forgotten.
class Journal {
 public:
  static constexpr Milliseconds kAge{5000};
  static constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;

  void add(Append append, Position position, Instant now);
  /// Forgets messages older than kAge. Not called while the store is away: that time does not count.
  void expire(Instant now);
  /// Forgets the messages of which the room's log knows no epoch.
  void forget_wiped(const std::string& room, const LogState& log);

  std::set<std::string> rooms() const;

  struct Lost {
    Append append;
    Position position;  // before it was lost
  };
  /// Removes and returns the messages that the room's log has lost, in their old order. If the store knows no earlier
  /// epoch of the log, the log was wiped on purpose and nothing is returned; but if the store has restarted, it may
  /// have lost all messages of a new room, and they are returned.
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

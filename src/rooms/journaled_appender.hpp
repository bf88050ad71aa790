#pragma once

#include <set>
#include <string>

#include "chat/backplane/backplane.hpp"
#include "chat/base/clock.hpp"
#include "chat/core/event.hpp"
#include "chat/rooms/journal.hpp"

namespace chat {

/// Appends messages, keeps the acknowledged ones in a Journal for a few seconds, and appends them again when the store
/// has come back without them.
/// A message that arrives while its room is being restored cannot overtake a lost one: the store refuses a `seq` that
/// skips one. If a sender moved between nodes during the lost second, another node has the earlier messages; this node
/// waits Journal::kAge for it, and appends across the gap after that.
/// Thread: the loop of the rooms. Owner: RoomService. Errors: those of Backplane::append().
class JournaledAppender {
 public:
  JournaledAppender(Backplane& backplane, const Clock& clock) : backplane_(backplane), clock_(clock) {}

  void append(Append append, Completion<Ack> done);

  /// The store answers again. `has_restarted`: it may have lost acknowledged messages.
  void on_available(bool has_restarted);
  /// Once a second while the store answers: reads again the rooms that could not be restored, and expires the journal.
  void check();
  /// The store has no earlier life of this log. Its acknowledged messages stay lost, because the log was wiped on
  /// purpose, unless a restart of the store is still being checked.
  void on_wiped(const std::string& room, const Epoch& epoch);

 private:
  void restore_rooms();
  void restore(const std::string& room, const LogState& log);

  Backplane& backplane_;
  const Clock& clock_;
  Journal journal_;
  std::set<std::string> unchecked_;  // rooms with messages in the journal, whose logs were not compared with it yet
  Instant available_since_{};
  bool has_restarted_ = false;  // the restart that unchecked_ is about
};

}  // namespace chat

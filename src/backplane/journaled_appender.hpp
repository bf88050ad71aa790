#pragma once

#include <functional>
#include <set>
#include <string>

#include "backplane/journal.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/thread_check.hpp"

namespace chat {

/// Appends messages, keeps the acknowledged ones in a Journal for a few seconds, and appends them again when the store
/// has come back without them. A message that arrives while its room is being restored cannot overtake a lost one: the
/// store refuses a number that skips one. If a sender moved between nodes during the lost second, another node has the
/// earlier messages; this node waits Journal::kAge for it, and appends across the gap after that. Thread: the backplane
/// loop. Owner: the backplane. Errors: those of Backplane::append().
class JournaledAppender {
 public:
  struct Store {
    /// `after_gap`: the earlier messages of the sender are gone for good, and no reason to refuse this one.
    std::function<void(Append append, bool after_gap, Completion<Appended> done)> append;
    std::function<void(std::string room, Completion<LogState> done)> state;
  };

  JournaledAppender(Store store, const Clock& clock) : store_(std::move(store)), clock_(clock) {}

  void append(Append append, Completion<Appended> done) { this->append(std::move(append), false, std::move(done)); }

  void on_away() { is_available_ = false; }
  /// The store answers again. `has_restarted`: it may have lost acknowledged messages.
  void on_available(bool has_restarted);
  /// Once a second: reads again the rooms that could not be restored, and expires the journal.
  void check();
  /// Takes each state of a room's log that was read, also for the rooms: restores the messages that the log has lost.
  /// If the log has no earlier life, it was wiped on purpose and its messages stay lost; but if the store has
  /// restarted, it may have lost all messages of a new room.
  void on_state(const std::string& room, const LogState& log);

 private:
  void append(Append append, bool after_gap, Completion<Appended> done);
  void restore_rooms();
  void restore(const Journal::Lost& lost, bool after_gap);

  [[no_unique_address]] ThreadCheck thread_;
  Store store_;
  const Clock& clock_;
  Journal journal_;
  std::set<std::string> unchecked_;  // rooms with messages in the journal, whose logs were not compared with it yet
  Instant available_since_{};
  bool is_available_ = false;
  bool has_restarted_ = false;  // the restart that unchecked_ is about
};

}  // namespace chat

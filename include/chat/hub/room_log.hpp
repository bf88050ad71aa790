#pragma once

#include <boost/container/deque.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "chat/core/message.hpp"
#include "chat/core/position.hpp"

namespace chat {

/// One room's log as this node follows it: puts what arrives in order, finds holes, and remembers the newest messages.
/// A pure state machine; whoever owns it does the reading it asks for. Thread: the hub's loop.
///
/// Offsets of an epoch come 1, 2, 3 …; what is at or below the last is a repetition and dropped; what leaves a hole is
/// held until the hole has been refilled from the store; what carries another epoch is held until the store has said
/// how the two epochs join (see Standing).
class RoomLog {
 public:
  static constexpr std::size_t kRemembered = 256;
  static constexpr std::size_t kMostHeld = 1024;

  /// Where the log stood when the subscription was confirmed.
  void start(const LogState& state);
  bool started() const { return started_; }

  /// Takes one message from the live stream.
  void offer(std::string_view epoch, Message message);
  /// Takes messages read from the store after last(): fills a hole, or the memory of a room just entered.
  void refill(const std::vector<Message>& messages);
  /// Learns where the log stands now, after an interruption or a change of epoch. Returns what readers must be told.
  Standing reconcile(const LogState& state);

  /// A message was held because something before it is missing: read the store after last().
  bool has_hole() const { return held_ && held_->epoch == last_.epoch; }
  /// Messages of an unknown epoch are held: ask for the state.
  bool has_unknown_epoch() const { return held_ && held_->epoch != last_.epoch; }
  /// The store is known to be ahead of what was delivered.
  bool is_behind() const { return last_.offset < known_top_; }

  /// The messages that have become deliverable, in order, since the last call.
  std::vector<Message> take_deliverable();
  /// Their size.
  std::size_t deliverable_bytes() const { return deliverable_bytes_; }
  /// The store no longer has what follows last(): what readers must be told, and the place to go on from.
  std::optional<Offset> take_trimmed();

  const Position& last() const { return last_; }
  LogState state() const { return {last_, ended_}; }

  /// Messages after `after`, at most `limit` of the newest or oldest of them; nothing if they are not all remembered.
  std::optional<std::vector<Message>> remembered(Offset after, Offset before, std::uint32_t limit, bool newest) const;
  /// Fills the memory below what is in it with what was read from the store.
  void remember_older(const std::vector<Message>& messages);

 private:
  /// Messages that cannot be delivered yet, all of one epoch.
  struct Held {
    Epoch epoch;
    std::map<Offset, SharedBytes> messages;
  };

  void deliver(Message message);
  void drain_held();

  bool started_ = false;
  Position last_;
  std::vector<EpochEnd> ended_;
  Offset known_top_ = 0;
  boost::container::deque<Message> memory_;  // consecutive, up to last_; unlike std::deque nothing while empty
  std::unique_ptr<Held> held_;               // while there are some
  std::vector<Message> deliverable_;
  std::size_t deliverable_bytes_ = 0;
  std::optional<Offset> trimmed_;
};

}  // namespace chat

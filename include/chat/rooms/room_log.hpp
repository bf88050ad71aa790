#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/core/message.hpp"
#include "chat/core/position.hpp"
#include "chat/rooms/early_messages.hpp"
#include "chat/rooms/recent_messages.hpp"

namespace chat {

/// One room's log as this node follows it: puts publications in order, finds gaps, and keeps the newest messages.
/// A pure state machine; Repair makes the reads that it asks for. Thread: the loop of the rooms. Owner: Room.
///
/// Offsets of an epoch are 1, 2, 3 …. A message at or below the last offset is a repetition and is dropped. A message
/// behind a gap is buffered until the store has been read, also if the live stream closes the gap. A message of another
/// epoch is buffered until the store has told how the two epochs join (see ResumeCheck).
///
/// Any program can publish on a room's channel, so only the store is proof. The store is read when a publication leaves
/// a gap, has another epoch, or repeats an offset with another body. A publication that arrived before such a read, and
/// that the store does not have, is dropped.
/// Bound: those of RecentMessages and EarlyMessages.
class RoomLog {
 public:
  /// The state that this node knew when it asked the store. Answers and publications use different connections, so an
  /// answer says nothing of a publication that arrived after the question.
  struct Asked {
    Position delivered;
    std::uint64_t arrivals = 0;
  };
  /// Call it right before a read of the store.
  Asked ask() const { return {last_, arrivals_}; }

  /// Begins at the state of the log when the subscription was confirmed.
  void start(const LogState& state);
  bool started() const { return started_; }

  /// Takes one message from the live stream.
  void offer(std::string_view epoch, Message message);
  /// Takes messages read from the store after last(), and the top that was read before them: fills a gap.
  void refill(const Asked& asked, Offset top, const std::vector<Message>& messages);
  /// The store has messages up to `top`.
  void expect(Offset top) { known_top_ = std::max(known_top_, top); }
  /// The highest offset that has arrived, delivered or not.
  Offset highest_buffered() const;
  /// Takes the present state of the log, after an interruption, a change of epoch or a doubt. Returns the notices for
  /// readers. `forged`: the first delivered offset that has another body in the store.
  ResumeCheck reconcile(const Asked& asked, const LogState& state, std::optional<Offset> forged = {});

  /// A message is buffered because an earlier one is missing: read the store after last().
  bool has_gap() const { return early_ && early_->epoch() == last_.epoch; }
  /// Messages of an unknown epoch are buffered: ask for the state.
  bool has_unknown_epoch() const { return early_ && early_->epoch() != last_.epoch; }
  /// The store is ahead of the delivered messages, or may have messages that were dropped here.
  bool is_behind() const { return last_.offset < known_top_ || dropped_at_ > 0; }
  /// A publication contradicts the delivered message of its offset: compare with the store.
  bool is_doubtful() const { return doubt_.has_value(); }
  /// One of the above.
  bool needs_read() const { return early_ || is_behind() || is_doubtful(); }

  /// The messages that have become deliverable, in order, since the last call.
  std::vector<Message> take_deliverable();
  /// Their bytes.
  std::size_t deliverable_bytes() const { return deliverable_bytes_; }
  /// Whether a message among them may be traced.
  bool has_traced() const { return has_traced_; }
  bool take_traced() { return std::exchange(has_traced_, false); }
  /// The store no longer has the messages after last(): the offset from which delivery goes on.
  std::optional<Offset> take_trimmed();

  const Position& last() const { return last_; }
  /// As the store told it last. Between a change of epoch and the refill after it, last() is behind.
  LogState state() const { return {{last_.epoch, std::max(last_.offset, known_top_)}, ended_}; }

  /// The newest delivered messages.
  const RecentMessages& recent() const { return recent_; }
  /// Adds older messages, read from the store, to the recent ones.
  void add_older(const std::vector<Message>& messages) { recent_.add_older(messages); }

 private:
  struct Doubt {
    Offset offset;  // the lowest contradicted
    std::uint64_t arrival;
  };

  void deliver(Message message);
  void buffer(std::string_view epoch, Message message);
  void weigh_repetition(const Message& message);
  void skip_to(Offset last);
  void drain_early();
  void drop_passed();

  bool started_ = false;
  bool has_traced_ = false;
  Position last_;
  std::vector<EpochEnd> ended_;
  Offset known_top_ = 0;
  Offset begun_ = 0;              // no message at or below it was delivered here
  std::uint64_t arrivals_ = 0;    // counts publications that were not simply the next one
  std::uint64_t dropped_at_ = 0;  // the arrival at which a message was last dropped; 0: none
  std::optional<Doubt> doubt_;
  RecentMessages recent_;                 // up to last_
  std::unique_ptr<EarlyMessages> early_;  // null while there are none
  std::vector<Message> deliverable_;
  std::size_t deliverable_bytes_ = 0;
  std::optional<Offset> trimmed_;
};

}  // namespace chat

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
///
/// A publication is not proof: any program can publish on a room's channel. The store is. It is asked whenever a
/// publication leaves a hole, carries another epoch, or repeats an offset with another body; a publication that the
/// store does not know, although it was asked after the publication had come, is dropped.
class RoomLog {
 public:
  static constexpr std::size_t kRemembered = 256;
  static constexpr std::size_t kMostHeld = 1024;
  static constexpr std::size_t kMostHeldBytes = 4 * 1024 * 1024;

  /// What this node knew when it asked the store. The answer cannot be held against anything that came later, because
  /// answers and publications come over different connections.
  struct Asked {
    Position delivered;
    std::uint64_t arrivals = 0;
  };
  /// Call it right before a read of the store.
  Asked ask() const { return {last_, arrivals_}; }

  /// Where the log stood when the subscription was confirmed.
  void start(const LogState& state);
  bool started() const { return started_; }

  /// Takes one message from the live stream.
  void offer(std::string_view epoch, Message message);
  /// Takes messages read from the store after last(), and the top that was read before them: fills a hole.
  void refill(const Asked& asked, Offset top, const std::vector<Message>& messages);
  /// The highest offset that has come, delivered or not.
  Offset highest_held() const;
  /// Learns where the log stands now, after an interruption, a change of epoch or a doubt. Returns what readers must be
  /// told. `forged`: the first delivered offset that has another body in the store.
  Standing reconcile(const Asked& asked, const LogState& state, std::optional<Offset> forged = {});

  /// A message was held because something before it is missing: read the store after last().
  bool has_hole() const { return held_ && held_->epoch == last_.epoch; }
  /// Messages of an unknown epoch are held: ask for the state.
  bool has_unknown_epoch() const { return held_ && held_->epoch != last_.epoch; }
  /// The store is ahead of what was delivered, or messages had to be dropped that it may have.
  bool is_behind() const { return last_.offset < known_top_ || dropped_at_ > 0; }
  /// A publication contradicts what was delivered under its offset: compare with the store.
  bool is_doubtful() const { return doubt_.has_value(); }
  /// Messages above this offset are in memory and can be compared.
  Offset remembered_after() const { return memory_.empty() ? last_.offset : memory_.front().offset - 1; }
  /// The first offset under which the store has another body than was delivered.
  std::optional<Offset> first_forged(const Asked& asked, const std::vector<Message>& stored) const;

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
    struct Entry {
      SharedBytes body;
      std::uint64_t arrival;
    };
    Epoch epoch;
    std::map<Offset, Entry> messages;
    std::size_t bytes = 0;
    std::uint64_t newest = 0;  // arrival
  };
  struct Doubt {
    Offset offset;  // the lowest contradicted
    std::uint64_t arrival;
  };

  void deliver(Message message);
  void hold(std::string_view epoch, Message message);
  void weigh_repetition(const Message& message);
  void drop_junk(const Asked& asked, Offset top);
  void rewind(Offset to);
  void drain_held();

  bool started_ = false;
  Position last_;
  std::vector<EpochEnd> ended_;
  Offset known_top_ = 0;
  Offset begun_ = 0;              // nothing at or below it was delivered here
  std::uint64_t arrivals_ = 0;    // counts publications that were not simply the next one
  std::uint64_t dropped_at_ = 0;  // the arrival at which something was last dropped unread; 0: nothing
  std::optional<Doubt> doubt_;
  boost::container::deque<Message> memory_;  // consecutive, up to last_; unlike std::deque nothing while empty
  std::unique_ptr<Held> held_;               // while there are some
  std::vector<Message> deliverable_;
  std::size_t deliverable_bytes_ = 0;
  std::optional<Offset> trimmed_;
};

}  // namespace chat

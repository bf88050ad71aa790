#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chat/core/error.hpp"
#include "chat/core/message.hpp"
#include "chat/core/position.hpp"

namespace chat {

/// A message to be put at the end of its room's log.
struct Append {
  std::string room;
  std::string sender;  // empty: not protected against repetition
  std::uint64_t seq = 0;
  std::string body;        // see Message::body
  bool after_gap = false;  // what the sender said before it is gone for good, and no reason to refuse it
};

struct Appended {
  Position position;       // offset 0: an old duplicate whose place is not known any more
  bool duplicate = false;  // this (sender, seq) was in the log already; nothing was added
};

/// A range of a room's log: offsets in (after, before), and which end to keep when `limit` cuts it.
struct HistoryQuery {
  Offset after = 0;
  Offset before = std::numeric_limits<Offset>::max();
  std::uint32_t limit = 0;
  bool newest = false;  // keep the newest of the range instead of the oldest
};

/// Passing hints between nodes; published with a room, never stored.
enum class Signal : char { typing = 't', presence = 'p' };

/// Whether the store answers.
enum class Availability : std::uint8_t {
  away,
  back,       // it was only out of reach: what it had acknowledged it still has
  restarted,  // another process than the last one, or the first: what that had not yet on its disk may be gone
};

/// Where a backplane delivers. Thread: the backplane loop.
class BackplaneSink {
 public:
  virtual ~BackplaneSink() = default;
  /// Messages of one room with consecutive offsets from `first`. The texts live until the call returns.
  virtual void on_published(std::string_view room, std::string_view epoch, Offset first,
                            std::span<const std::string_view> bodies) = 0;
  virtual void on_signal(std::string_view room, Signal kind, std::string_view payload) = 0;
  /// What a node, this one included, has told all nodes.
  virtual void on_broadcast(std::string_view payload) = 0;
  /// Everything that arrived together has been delivered: time to hand it on.
  virtual void on_batch_end() = 0;
  /// What was delivered has not been handed on yet: nothing more is read until it is.
  virtual bool is_full() const = 0;
  /// The store stopped or began to answer. When it begins every subscription stands again, but messages may have been
  /// missed: check each room's state.
  virtual void on_available(Availability availability) = 0;
};

/// Moves messages between nodes and keeps each room's log.
/// Thread: every method and every completion on the backplane loop; no completion is called before its method returns.
/// Errors: unavailable (not connected, or no answer in time; whether an append happened is then unknown), busy,
/// out_of_sequence (append: seq is above the sender's last + 1).
class Backplane {
 public:
  virtual ~Backplane() = default;
  virtual void start(BackplaneSink& sink) = 0;
  /// Dedup, offset, epoch, log and publication in one step. Appends of one room keep their order.
  virtual void append(Append append, Completion<Appended> done) = 0;
  /// Confirmed before the state is read: whatever is above that state will be delivered.
  virtual void subscribe(std::string room, Completion<LogState> done) = 0;
  virtual void unsubscribe(std::string_view room) = 0;
  /// Only the top, for little: what a node asks again and again. An epoch that was never opened is empty.
  virtual void top(std::string room, Completion<Position> done) = 0;
  virtual void state(std::string room, Completion<LogState> done) = 0;
  /// Oldest first, whichever end is kept.
  virtual void history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) = 0;
  virtual void signal(std::string_view room, Signal kind, std::string_view payload) = 0;
  /// A passing hint to all nodes, this one included.
  virtual void broadcast(std::string_view payload) = 0;
  /// False: the store is nearly full, and what little there is belongs to the rooms it has.
  virtual bool takes_new_rooms() const = 0;
  /// Ends all connections; nothing is delivered or completed afterwards.
  virtual void stop() = 0;
};

}  // namespace chat

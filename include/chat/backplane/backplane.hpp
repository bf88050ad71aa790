#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chat/core/error.hpp"
#include "chat/core/message.hpp"
#include "chat/core/position.hpp"
#include "chat/core/room_settings.hpp"

namespace chat {

/// The conditions under which a message is stored; the store decides it in the same step. A repetition of a stored
/// message always does.
struct AppendTerms {
  std::string person;      // public id: whom `pace` counts
  SendPace pace{};         // of the person in the room, over all nodes
  bool may_create = true;  // the message may be the room's first
  /// The message is not stored unless it is already: not_found. The other terms and the body then do not count.
  bool only_repetition = false;
};

/// The idempotency keys of a room are counted apart by where they come from, so that none of these uses up the day of
/// another.
enum class KeyBudget : char {
  application = 'a',  // server API and inbox
  people = 'p',       // marks of clients
  actions = 'x',      // of hooks: above the limit such a message is stored without its key
};

/// A message to be put at the end of its room's log. It is protected against repetition by (sender, seq), by an
/// idempotency key, or not at all; never by both.
struct Append {
  std::string room;
  std::string sender;  // does not begin with a dot; empty: no sender counts this message
  std::uint64_t seq = 0;
  std::string body;                            // see Message::body
  std::uint32_t history_size = 0;              // messages that the room keeps; 0: as the options of the backplane say
  Seconds history_age{0};                      // the room keeps no older ones; 0: any
  std::shared_ptr<const AppendTerms> terms{};  // null: it is stored in any case
  /// Empty: none; else 1 to kMaxKeyBytes of any bytes. The room stores a key of a budget once within 24 hours at least,
  /// and takes kMaxKeysADay new ones of each budget a day (UTC).
  std::string idempotency_key{};
  KeyBudget key_budget = KeyBudget::application;

  static constexpr std::size_t kMaxKeyBytes = 128;
  static constexpr std::size_t kMaxKeysADay = 100'000;
};

/// The refusal of a message that comes before its pace lets it.
inline Failure slow_mode(Milliseconds wait) { return {ErrorCode::rate_limited, "this room is in slow mode", wait}; }

/// The refusal of a message that should have been a repetition.
inline Failure not_stored() { return {ErrorCode::not_found, "this message is not stored yet"}; }

struct Appended {
  Position position;       // offset 0: an old duplicate whose place is not known any more
  bool duplicate = false;  // this (sender, seq) or key was in the log already; nothing was added
};

/// A range of a room's log: offsets in (after, before), and which end to keep when `limit` cuts it.
struct HistoryQuery {
  Offset after = 0;
  Offset before = std::numeric_limits<Offset>::max();
  std::uint32_t limit = 0;
  bool newest = false;  // keep the newest of the range instead of the oldest
};

/// Passing hints between nodes; published with a room, never stored.
enum class Signal : char { typing = 't', presence = 'p', notice = 'n' };

/// A part of the store that fails as a whole, with all its rooms. The first is 0.
using StoreShard = std::uint32_t;

/// Where a backplane delivers. Thread: the backplane loop.
class BackplaneSink {
 public:
  virtual ~BackplaneSink() = default;
  /// Messages of one room with consecutive offsets from `first`. The texts live until the call returns.
  virtual void on_published(std::string_view room, std::string_view epoch, Offset first,
                            std::span<const std::string_view> bodies) = 0;
  virtual void on_signal(std::string_view room, Signal kind, std::string_view payload) = 0;
  /// A broadcast of a node, this one included.
  virtual void on_broadcast(std::string_view payload) = 0;
  /// Everything that arrived together has been delivered: time to hand it on.
  virtual void on_batch_end() = 0;
  /// The sink has not handed on the delivered messages yet: the backplane reads nothing more until it has.
  virtual bool is_full() const = 0;
  /// A shard of the store stopped or began to answer. When it begins, the subscriptions of its rooms stand again, but
  /// messages may have been missed: check the state of each of its rooms.
  virtual void on_available(StoreShard shard, bool is_available) = 0;
};

/// The memory of the store, as it was told last; 0: unknown, or no limit.
struct StoreMemory {
  std::uint64_t used_bytes = 0;
  std::uint64_t max_bytes = 0;
};

/// Moves messages between nodes and keeps each room's log.
/// Thread: every method and every completion on the backplane loop; no completion is called before its method returns.
/// Errors: unavailable (not connected, or no answer in time; whether an append happened is then unknown), busy (append:
/// too much under way, too many new senders, or too many idempotency keys today),
/// out_of_sequence (append: seq is above the sender's last + 1), and those of AppendTerms: rate_limited (too early),
/// not_found (the room has no message, or this message is not stored yet).
class Backplane {
 public:
  virtual ~Backplane() = default;
  virtual void start(BackplaneSink& sink) = 0;
  /// The number of shards, and the shard of a room; both never change. Leases, the list of nodes and the secret are
  /// there while any shard answers; shard 0 also keeps the holdings (ClusterEvents). A store that fails only as a whole
  /// is one shard.
  virtual std::size_t store_shard_count() const { return 1; }
  virtual StoreShard store_shard(std::string_view /*room*/) const { return 0; }
  /// Dedup, offset, epoch, log and publication in one step. Appends of one room keep their order. A repetition succeeds
  /// with the position of the first time.
  virtual void append(Append append, Completion<Appended> done) = 0;
  /// Confirmed before the state is read: every message above that state will be delivered.
  virtual void subscribe(std::string room, Completion<LogState> done) = 0;
  virtual void unsubscribe(std::string_view room) = 0;
  /// Only the top, cheaply: a node asks for it again and again. An epoch that was never opened is empty.
  virtual void top(std::string room, Completion<Position> done) = 0;
  virtual void state(std::string room, Completion<LogState> done) = 0;
  /// Oldest first, whichever end is kept.
  virtual void history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) = 0;
  virtual void signal(std::string_view room, Signal kind, std::string_view payload) = 0;
  /// A passing hint to all nodes, this one included.
  virtual void broadcast(std::string_view payload) = 0;
  /// False: the store is nearly full, and its last space belongs to the rooms that it has.
  virtual bool takes_new_rooms() const = 0;
  virtual StoreMemory memory() const { return {}; }
  /// Ends all connections; nothing is delivered or completed afterwards.
  virtual void stop() = 0;
};

}  // namespace chat

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace chat::load {

/// One sender's messages that have no answer yet, and the numbers of the next ones.
class Outbox {
 public:
  static constexpr std::uint64_t kNone = 0;

  struct Message {
    std::int64_t due = 0;
    std::int64_t sent = 0;     // last time
    std::uint64_t id = kNone;  // of the request that is under way
    std::uint32_t n = 0;       // the sender's 1, 2, 3 …; 0 = not sent yet
    bool is_repeated = false;  // sent more than once
  };

  explicit Outbox(std::uint64_t first_id) : next_id_(first_id) {}

  void add(std::int64_t due) { waiting_.push_back({due}); }
  /// The next message to send now. Nothing if all messages are under way or have to wait.
  std::optional<Message> transmit(std::int64_t now);

  /// The server has stored the message of request `id`: takes it out. Nothing if there is none.
  std::optional<Message> acked(std::uint64_t id);
  /// The server refused request `id`: takes its message out. The next message gets its number.
  std::optional<Message> refused(std::uint64_t id);
  /// The sender received its own message `n`.
  void echoed() { ++echoed_; }
  /// The same for a dialect without acks, where the own copy is the answer.
  std::optional<Message> echoed(std::uint32_t n);

  /// The connection ended: the next one sends every message again, under the same numbers. The first message goes
  /// alone, because a server that still replays missed messages refuses it. Gives up the messages that followed a
  /// refused one and returns their number.
  std::size_t interrupt();
  /// The server refused request `id` because it still replays: the message waits for resume(). False if there is no
  /// such message.
  bool postpone(std::uint64_t id);
  void resume() { postponed_ = false; }

  /// True if request `id` sent a message that an earlier connection had sent before.
  bool is_repeated(std::uint64_t id);
  /// True if the server refused number `n` before, perhaps after it had stored the message.
  bool was_refused(std::uint32_t n) const { return n <= refused_n_; }
  /// True if fewer than `window` messages are unanswered or not yet delivered to the sender itself. A sender that waits
  /// for its own message cannot outrun the receivers.
  bool has_room(std::uint32_t window) const;
  std::size_t size() const { return waiting_.size(); }
  void clear() { waiting_.clear(); }

 private:
  using Place = std::vector<Message>::iterator;

  Place under_way(std::uint64_t id);
  std::optional<Message> take(Place place);

  std::vector<Message> waiting_;  // sent messages come first, in the order of their numbers
  std::uint64_t next_id_;
  std::uint64_t first_valid_id_ = 0;  // errors of older ids follow from a refusal already handled
  std::uint32_t next_n_ = 1;
  std::uint32_t refused_n_ = 0;
  bool alone_ = false;      // sends the next message only when none is under way
  bool postponed_ = false;  // sends no message
  std::uint64_t stored_ = 0;
  std::uint64_t echoed_ = 0;
};

}  // namespace chat::load

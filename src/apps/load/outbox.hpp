#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace chat::load {

/// One sender's messages that have no answer yet, and how the next are numbered.
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
  /// The next message that may be sent now; nothing when all of them are under way or have to wait.
  std::optional<Message> transmit(std::int64_t now);

  /// The message that request `id` sent is stored: takes it out. Nothing if there is none.
  std::optional<Message> acked(std::uint64_t id);
  /// Request `id` was refused: takes its message out, and its number comes next.
  std::optional<Message> refused(std::uint64_t id);
  /// The sender received its own message `n`.
  void echoed() { ++echoed_; }
  /// The same where there are no acks: this is the answer.
  std::optional<Message> echoed(std::uint32_t n);

  /// The connection ended: on the next one everything is sent again, under the same numbers. The first message goes
  /// alone, because the server may still be sending what was missed and refuse it. Returns how many messages are given
  /// up since they followed a refused one.
  std::size_t interrupt();
  /// Request `id` was refused because of that: its message waits for resume(). False if there is no such message.
  bool hold(std::uint64_t id);
  void resume() { held_ = false; }

  /// True if request `id` sent a message that an earlier connection had sent before.
  bool is_repeated(std::uint64_t id);
  /// True if number `n` was refused before, perhaps after it had been stored.
  bool was_refused(std::uint32_t n) const { return n <= refused_n_; }
  /// True if fewer than `window` messages are unanswered or not yet received by the sender itself. Waiting for the own
  /// message too keeps the senders from running away from the receivers.
  bool has_room(std::uint32_t window) const;
  std::size_t size() const { return waiting_.size(); }
  void clear() { waiting_.clear(); }

 private:
  using Place = std::vector<Message>::iterator;

  Place under_way(std::uint64_t id);
  std::optional<Message> take(Place place);

  std::vector<Message> waiting_;  // those sent come first, in the order of their numbers
  std::uint64_t next_id_;
  std::uint64_t first_valid_id_ = 0;  // errors about older ids are consequences of one already dealt with
  std::uint32_t next_n_ = 1;
  std::uint32_t refused_n_ = 0;
  bool alone_ = false;  // the next message is sent only when none is under way
  bool held_ = false;   // nothing is sent
  std::uint64_t stored_ = 0;
  std::uint64_t echoed_ = 0;
};

}  // namespace chat::load

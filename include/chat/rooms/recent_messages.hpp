#pragma once

#include <boost/container/deque.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "chat/core/message.hpp"
#include "chat/core/position.hpp"

namespace chat {

/// The newest messages of a room's log, without a gap. Most joins and pages of history are answered from them. Pure
/// state; thread: the loop of the rooms. Owner: RoomLog. Bound: kMax messages.
class RecentMessages {
 public:
  static constexpr std::size_t kMax = 256;

  /// Forgets all messages; the next one follows `last`.
  void restart(Offset last);
  /// Forgets the messages above `to`; the next one follows it.
  void rewind(Offset to);
  /// Adds the message that follows the last one.
  void add(Message message) {
    last_ = message.offset;
    messages_.push_back(std::move(message));
    if (messages_.size() > kMax) messages_.pop_front();
  }
  /// Adds messages from the store that precede the oldest one here. Stops at a gap.
  void add_older(const std::vector<Message>& messages);

  /// The offset before the oldest message here; the last offset of the log if there is none.
  Offset before_oldest() const { return messages_.empty() ? last_ : messages_.front().offset - 1; }
  /// True if a message with this offset and this body is here.
  bool contains(const Message& message) const;
  /// The first offset up to `end` whose body here differs from the stored one.
  std::optional<Offset> first_difference(const std::vector<Message>& stored, Offset end) const;
  /// At most `limit` messages between `after` and `before`, the newest or the oldest; none if not all of them are here.
  std::optional<std::vector<Message>> page(Offset after, Offset before, std::uint32_t limit, bool newest) const;

 private:
  const Message& at(Offset offset) const { return messages_[offset - messages_.front().offset]; }

  Offset last_ = 0;
  boost::container::deque<Message> messages_;  // takes no memory while empty, unlike std::deque
};

}  // namespace chat

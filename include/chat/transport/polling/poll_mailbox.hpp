#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "chat/sessions/outbox.hpp"

namespace chat {

/// Keeps the frames of a polling client until it polls. Gives an answer again, with the same number, until a poll
/// acknowledges it, because a network may lose answers.
/// Thread: the shard of its connection.
class PollMailbox {
 public:
  /// `events` are the frames of an answer, `ack` its number; no events: there is nothing to tell.
  using Answer = std::function<void(std::uint64_t ack, const std::string& events)>;

  /// A client that has the answer `ack` waits for the next. An earlier poll that still waits gets no events.
  void poll(std::uint64_t ack, Answer answer, Outbox& outbox);
  /// The same for a client that does not tell which answer it has. It waits while the last one is not acknowledged.
  void wait(Answer answer, Outbox& outbox);
  void acknowledge(std::uint64_t ack);
  /// The client has the last answer, whichever that was.
  void acknowledge_last() { acknowledge(number_); }
  /// Answers the poll that waits, if there are events. Returns true if it did.
  bool flush(Outbox& outbox);
  /// Ends the poll that waits, without events.
  void let_go();

  bool is_awaited() const { return waiting_ != nullptr; }
  bool is_acknowledged() const { return events_.empty(); }

 private:
  Answer waiting_;
  std::uint64_t number_ = 0;  // of the last answer; 0: none yet
  std::string events_;        // its frames, until they are acknowledged
};

}  // namespace chat

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "chat/sessions/outbox.hpp"

namespace chat {

/// Where the frames of a polling client wait for its polls. An answer that may have been lost on its way is given again
/// until a poll acknowledges it: nothing vanishes silently, and what comes twice has the same number.
/// Thread: the shard of its connection.
class PollMailbox {
 public:
  /// `events` are the frames of an answer, `ack` its number; no events: there is nothing to tell.
  using Answer = std::function<void(std::uint64_t ack, const std::string& events)>;

  /// A client that has the answer `ack` waits for the next. Whoever has waited so far gets nothing.
  void poll(std::uint64_t ack, Answer answer, Outbox& outbox);
  /// The same for a client that does not say which answer it has: while the last is not acknowledged, it waits.
  void wait(Answer answer, Outbox& outbox);
  void acknowledge(std::uint64_t ack);
  /// Answers whoever waits, if there is something. Whether it did.
  bool flush(Outbox& outbox);
  /// Whoever waits has waited long enough.
  void let_go();

  bool is_awaited() const { return waiting_ != nullptr; }
  bool is_acknowledged() const { return events_.empty(); }

 private:
  Answer waiting_;
  std::uint64_t number_ = 0;  // of the last answer; 0: none yet
  std::string events_;        // its frames, until they are acknowledged
};

}  // namespace chat

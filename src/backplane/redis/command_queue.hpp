#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backplane/redis/reply.hpp"
#include "chat/base/clock.hpp"

namespace chat::redis {

/// The reply to one command, or nullptr: the connection broke, and whether the command ran is unknown.
using ReplyHandler = std::function<void(const Reply::Part*)>;

/// The commands of one connection, which Redis answers in their order.
/// Bound: kMaxInFlight commands are with Redis, which it answers well within LinkMachine::kTimeout; kMaxWaiting more,
/// of kMaxWaitingBytes, wait here for those answers.
class CommandQueue {
 public:
  static constexpr std::size_t kMaxInFlight = 1024;
  static constexpr std::size_t kMaxWaiting = 131'072;
  static constexpr std::size_t kMaxWaitingBytes = 64 * 1024 * 1024;

  /// False: the queue is full, and `handler` is untouched.
  bool push(std::span<const std::string_view> arguments, ReplyHandler& handler, Instant now);
  /// A command whose answer comes as a push.
  void push_unanswered(std::span<const std::string_view> arguments);
  /// The handler of the oldest command, which has its answer now; nothing: no command waits for one.
  std::optional<ReplyHandler> pop();
  /// Moves commands that wait to the output as far as there is room. Their time begins now: the commands in front of
  /// them have theirs.
  void advance(Instant now);

  bool has_output() const { return !outgoing_.empty(); }
  /// Replaces `into` by the bytes to write.
  void take_output(std::string& into);
  /// When the oldest command without an answer was written.
  std::optional<Instant> oldest() const;
  /// Empties the queue. Returns the handlers of its commands, oldest first.
  std::vector<ReplyHandler> abandon();

 private:
  struct InFlight {
    ReplyHandler handler;
    Instant since;
  };
  struct Waiting {
    std::string command;
    ReplyHandler handler;
  };

  std::string outgoing_;
  std::deque<InFlight> in_flight_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace chat::redis

#pragma once

#include <functional>
#include <string>

#include "backplane/redis/link.hpp"
#include "chat/backplane/options.hpp"

namespace chat::redis {

/// Waits on the connection of the appends until the messages in front are where an AckLevel wants them: on the disk or
/// in replicas. Thread: the backplane loop. Owner: Appender. Errors: a server on which `durable` is impossible breaks
/// the connection.
class AckWait {
 public:
  AckWait(Link& link, AckLevel level) : link_(link), level_(level), replicas_(std::to_string(level.replicas)) {}

  /// After each connect.
  void check();
  /// Whether an acknowledgement needs a wait.
  bool is_needed() const { return level_.kind != AckLevel::Kind::stored && !always_synced_; }
  /// `done`: whether all messages in front of it are where they must be.
  void wait(std::function<void(bool confirmed)> done);

 private:
  void refuse_to_work(const Reply::Part& error);

  Link& link_;
  const AckLevel level_;
  const std::string replicas_;
  bool always_synced_ = false;  // `appendfsync always`: durable without a wait
};

}  // namespace chat::redis

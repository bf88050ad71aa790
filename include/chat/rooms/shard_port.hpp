#pragma once

#include <cstddef>

#include "chat/rooms/mail.hpp"

namespace chat {

/// A shard as the rooms see it: somewhere to send mail. Thread: any.
class ShardPort {
 public:
  /// `bytes`: see Mailbox.
  virtual void post(ShardMail mail, std::size_t bytes = 0) = 0;
  /// More mail waits than the shard may have.
  virtual bool is_congested() const = 0;

 protected:
  ~ShardPort() = default;
};

}  // namespace chat

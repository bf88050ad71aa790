#pragma once

#include <cstddef>

#include "chat/rooms/mail.hpp"

namespace chat {

/// Where the rooms post mail for the sessions of a shard. Thread: any. Owner: the shard.
class ShardPort {
 public:
  /// `bytes`: see Mailbox.
  virtual void post(ShardMail mail, std::size_t bytes = 0) = 0;
  /// The shard's mailbox is full.
  virtual bool is_congested() const = 0;

 protected:
  ~ShardPort() = default;
};

}  // namespace chat

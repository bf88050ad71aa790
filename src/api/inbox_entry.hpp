#pragma once

#include <string>

#include "chat/backplane/cluster_queue.hpp"
#include "chat/core/error.hpp"
#include "chat/core/message.hpp"

namespace chat {

/// A message from an entry of the inbox.
struct InboxMessage {
  std::string room;
  User from;
  Content content;
  std::string idempotency_key;
};

/// Checks an entry, which any program may have written. Errors: bad_request with a sentence for its author.
Result<InboxMessage> read_inbox_entry(const QueueEntry& entry);

}  // namespace chat

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "chat/core/command.hpp"
#include "chat/hub/resumption.hpp"

namespace chat {

/// A stream of messages from a client.
struct SignalRUpload {
  RequestId id;
  OpenUpload open;
  std::size_t pending = 0;  // messages whose fate is not known yet
  bool ended = false;       // by the client
};

/// What a session has beside when its client speaks SignalR.
struct SignalRSide {
  std::string token;         // empty: not negotiated
  bool resumable = false;    // as negotiated
  bool details = false;      // wanted with each message
  bool detached = false;     // between two sockets, or not yet going on over the second
  bool waits = false;        // for the answer to its handshake
  std::string unread;        // the beginning of a hub message; while it waits, all that came behind the handshake
  std::size_t searched = 0;  // bytes of it in which the message does not end
  std::vector<SignalRUpload> uploads;
  std::unique_ptr<Resumption> resumption;  // with State::counted
};

}  // namespace chat

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/core/command.hpp"
#include "chat/hub/resumption.hpp"

namespace chat {

/// What a session has beside when its client speaks SignalR.
struct SignalRSide {
  struct Upload {
    RequestId id;
    OpenUpload open;
  };
  std::string token;                 // empty: not negotiated
  bool resumable = false;            // as negotiated
  bool detached = false;             // between two sockets, or not yet going on over the second
  std::optional<std::string> early;  // what came behind the handshake, until that is answered
  std::vector<Upload> uploads;
  std::unique_ptr<Resumption> resumption;  // with State::counted
};

}  // namespace chat

#pragma once

#include <string>

#include "chat/base/clock.hpp"

namespace chat {

struct SocketIOSettings {
  std::string path{"/socket.io/"};  // compared without case and without the slash at the end
  Milliseconds ping_interval{25'000};
  Milliseconds ping_timeout{20'000};  // for the client's answer
  bool recovery = true;               // clients can go on where their connection broke
  bool conformance = false;           // echoes for the public protocol suites instead of the chat
};

}  // namespace chat

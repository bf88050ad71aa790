#pragma once

#include <vector>

#include "chat/base/clock.hpp"
#include "chat/protocols/hub_profile.hpp"

namespace chat {

struct SignalRSettings {
  std::vector<SignalRHub> hubs{{{"/chatHub", "/hub"}, shipped_profile("default")}};
  Seconds client_timeout{30};  // of silence, after which a client is given up
};

}  // namespace chat

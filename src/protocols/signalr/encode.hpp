#pragma once

#include <string>

#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "chat/protocols/hub_profile.hpp"
#include "protocols/signalr/hub_writer.hpp"

namespace chat {

/// Appends the hub messages that tell a client of `event`, in the names of `profile`.
void encode_hub(const HubWriter& writer, const HubProfile& profile, const RequestId& id, const Event& event,
                std::string& out);

}  // namespace chat

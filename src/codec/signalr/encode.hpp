#pragma once

#include <string>

#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "codec/signalr/hub_writer.hpp"

namespace chat {

/// Appends the hub messages that tell a client of `event`.
void encode_hub(const HubWriter& writer, const RequestId& id, const Event& event, std::string& out);

}  // namespace chat

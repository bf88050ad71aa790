#pragma once

#include <string>
#include <vector>

#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "chat/protocols/signalr_settings.hpp"
#include "protocols/signalr/hub_writer.hpp"

namespace chat {

/// Appends the hub messages that tell a client of `event`; ReceiveMessage has `fields`.
void encode_hub(const HubWriter& writer, const std::vector<ReceiveField>& fields, const RequestId& id,
                const Event& event, std::string& out);

}  // namespace chat

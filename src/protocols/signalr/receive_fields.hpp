#pragma once

#include <vector>

#include "chat/protocols/signalr_settings.hpp"

namespace chat {

/// The arguments of ReceiveMessage for all clients, and for clients that asked for the details of each message too.
const std::vector<ReceiveField>& receive_fields();
const std::vector<ReceiveField>& detailed_fields();

/// For all clients; before the first is served.
void set_receive_fields(std::vector<ReceiveField> fields);

}  // namespace chat

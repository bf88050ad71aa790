#pragma once

#include <vector>

#include "chat/codec/signalr.hpp"

namespace chat {

/// What ReceiveMessage has for everybody, and for clients that asked for the details.
const std::vector<ReceiveField>& receive_fields();
const std::vector<ReceiveField>& detailed_fields();

}  // namespace chat

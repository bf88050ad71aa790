#pragma once

#include <string>

#include "chat/core/command.hpp"
#include "chat/core/event.hpp"

namespace chat {

/// Appends one chat.v1 object.
void encode_json(const RequestId& id, const Event& event, std::string& out);

}  // namespace chat

#pragma once

#include <string_view>
#include <vector>

#include "chat/codec/json/json_view.hpp"
#include "chat/core/command.hpp"

namespace chat {

/// What one chat.v1 object asks for, whatever it came in; a Failure if it cannot be understood.
Command decode_command(JsonView object);

/// The requests in one chat.v1 JSON text: an object, or an array of them.
void decode_json(std::string_view payload, std::vector<Request>& out);

}  // namespace chat

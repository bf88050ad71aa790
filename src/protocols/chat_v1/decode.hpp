#pragma once

#include <string_view>
#include <vector>

#include "chat/codec/json/json_view.hpp"
#include "chat/core/command.hpp"

namespace chat {

/// Reads one chat.v1 object, from any transport, as a command; a Failure if it is none.
Command decode_command(JsonView object);
/// The same of an object that need not say its type.
Command decode_command(std::string_view type, JsonView object);

/// The requests in one chat.v1 JSON text: an object, or an array of them.
void decode_json(std::string_view payload, std::vector<Request>& out);

}  // namespace chat

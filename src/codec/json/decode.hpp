#pragma once

#include <string_view>
#include <vector>

#include "chat/core/command.hpp"

namespace chat {

/// The requests in one chat.v1 JSON text: an object, or an array of them.
void decode_json(std::string_view payload, std::vector<Request>& out);

}  // namespace chat

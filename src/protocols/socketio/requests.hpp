#pragma once

#include <string_view>
#include <vector>

#include "chat/codec/json/json_view.hpp"
#include "chat/core/command.hpp"

namespace chat {

/// The request in a client's event, see the table in README.md; a Failure if it is none. An event that is not in the
/// table is a call of the application. `arguments` are those behind the name.
Command read_event(std::string_view name, const std::vector<JsonView>& arguments);

/// The identity that a client gives in its CONNECT: the members of chat.v1's `hello`, others are ignored.
Command read_auth(JsonView auth);

}  // namespace chat

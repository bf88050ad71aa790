#pragma once

#include <string>

#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "protocols/socketio/codec.hpp"

namespace chat {

/// Appends the message of Engine.IO that tells a client of `event`: an event, or the acknowledgement of `id`.
void encode_socketio(SocketIOProfile profile, const RequestId& id, const Event& event, std::string& out);

/// Appends an event with chat.v1's object as its argument, and `offset` behind it if there is one.
void append_push(std::string& out, std::string_view argument, const std::string* offset);

}  // namespace chat

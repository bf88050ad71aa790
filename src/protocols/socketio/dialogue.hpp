#pragma once

#include "chat/protocols/socketio_settings.hpp"
#include "chat/sessions/dialogue.hpp"
#include "chat/transport/http/http.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// The dialogue of one Socket.IO client (docs/socket.io-protocol/v5-current.md in socketio/socket.io) that makes a
/// request: its CONNECT, its events, and going on where an earlier connection of it broke. The settings outlive it.
DialoguePtr socketio_dialogue(const HttpRequest& request, const TransportSettings& transport,
                              const SocketIOSettings& settings);

}  // namespace chat

#pragma once

#include "chat/protocols/socketio_settings.hpp"
#include "chat/transport/http/router.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// Clients of Socket.IO 3 and 4 at the path of the settings (Engine.IO 4): polls, WebSockets, and the change from the
/// one to the other. A connection that begins with polls is the node's that its first request reaches; later requests,
/// and its WebSocket, may come to any node.
void add_socketio_routes(Router& router, const TransportSettings& transport, const SocketIOSettings& settings);

}  // namespace chat

#pragma once

#include <string>

#include "chat/sessions/dialogue.hpp"
#include "chat/transport/polling/connection_relay.hpp"

namespace chat {

/// The dialogue of a WebSocket for a connection that began with polls, on whichever node: the upgrade of Engine.IO
/// ("2probe", "3probe", "5"), then the connection's packets, both ways. The bridge pushes packets of the client
/// to the connection, one request after the other, and pulls and acknowledges its frames: none is lost or repeated. If
/// that is in doubt, the socket ends and the client connects anew. Its session has no person and no rooms. `relay`
/// outlives it.
DialoguePtr engine_bridge(std::string connection, ConnectionRelay& relay);

}  // namespace chat

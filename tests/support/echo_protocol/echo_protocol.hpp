#pragma once

#include "chat/protocols/registry.hpp"

namespace chat {

/// The smallest protocol there is: over WebSockets at /echo, each message of a client is a message to the lobby, and
/// the client gets the text of each message in the lobby. Shows that a protocol is one folder and one line in a
/// registry.
Protocol echo_protocol();

}  // namespace chat

#pragma once

#include "chat/protocols/socketio_settings.hpp"
#include "chat/sessions/dialogue.hpp"

namespace chat {

/// The behaviour that the public protocol suites expect of a server (docs/engine.io-protocol/v4-test-suite and
/// docs/socket.io-protocol/v5-test-suite in socketio/socket.io), instead of the chat. `settings` outlives the
/// dialogues.
///
/// Each message comes back.
DialoguePtr engine_echo(const SocketIOSettings& settings);
/// The namespaces are / and /custom. A CONNECT is followed by an event `auth`; `message` comes back as `message-back`,
/// and `message-with-ack` as its acknowledgement.
DialoguePtr socket_echo(const SocketIOSettings& settings);

}  // namespace chat

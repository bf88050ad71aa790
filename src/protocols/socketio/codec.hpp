#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat/codec/codec.hpp"
#include "chat/codec/format.hpp"
#include "chat/protocols/socketio_settings.hpp"
#include "chat/transport/http/http.hpp"

/// Events as Socket.IO's clients get them: the objects of chat.v1 under their types as names, see README.md.
namespace chat {

/// How a client wants its messages: a query parameter for each.
struct SocketIOProfile {
  bool recovery = true;  // the last argument of each message is the client's place in the room's log
  bool details = false;  // `message` for the lobby, too, instead of `messageToClient`
};

const Codec& socketio_codec(SocketIOProfile profile);

/// The format for the client that makes a request.
Format socketio_format(const HttpRequest& request, const SocketIOSettings& settings);
/// Of a socket that carries the frames of another session.
Format socketio_handover_format();
/// The profile of a format of these.
bool has_recovery(Format format);

/// The id of a request whose acknowledgement has this number.
RequestId acknowledged_by(std::string_view number);
/// The number; empty: the client wants no acknowledgement.
std::string_view acknowledgement_of(const RequestId& id);

/// Appends the argument of an event or acknowledgement, chat.v1's object; nothing where there is none.
void append_argument(const Event& event, std::string& out);

/// The object that tells a client of an error.
std::string error_argument(const Failure& failure);

}  // namespace chat

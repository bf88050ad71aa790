#pragma once

#include <string>
#include <string_view>

#include "chat/core/close.hpp"

namespace chat {

/// How a transport wraps the payloads of a codec, and how it ends. Pure functions; thread: any.
struct Framing {
  /// Appends one payload, wrapped.
  void (*append)(std::string& out, bool binary, std::string_view payload);
  /// The last bytes of a connection.
  std::string (*goodbye)(CloseReason reason);
};

/// One WebSocket frame a payload, text or binary (RFC 6455 §5.2); a close frame at the end.
const Framing& websocket_framing();
/// The same, compressed (RFC 7692).
const Framing& deflated_websocket_framing();
/// One Server-Sent Event a payload; an event `close` at the end.
const Framing& event_stream_framing();
/// One element of a JSON array a payload; an event of type `close` at the end.
const Framing& poll_framing();

}  // namespace chat

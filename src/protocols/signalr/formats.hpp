#pragma once

#include <array>
#include <optional>

#include "chat/codec/format.hpp"

namespace chat {

/// How SignalR's hub messages look over one transport: before the client has said in which encoding, then in that one,
/// without and with the details of each message.
struct SignalRFormats {
  Format handshake;
  std::array<Format, 2> json;
  std::optional<std::array<Format, 2>> msgpack;  // none: the transport is for text
};
const SignalRFormats& signalr_websocket_formats();
const SignalRFormats& signalr_sse_formats();
const SignalRFormats& signalr_poll_formats();

}  // namespace chat

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat/codec/codec.hpp"
#include "chat/core/close.hpp"
#include "chat/core/shared_bytes.hpp"

namespace chat {

/// How bytes of an event look on the wire: a codec in a framing. What two clients share when one encoding serves both;
/// the unit of "encode once".
enum class Format : std::uint8_t {
  json_websocket,               // chat.v1, one text frame an event (RFC 6455 §5.2)
  json_websocket_deflate,       // the same, compressed (RFC 7692)
  json_sse,                     // chat.v1, one Server-Sent Event an event
  json_poll,                    // chat.v1, an element of a JSON array an event
  signalr_handshake_websocket,  // SignalR before the client has said in which encoding
  signalr_json_websocket,
  signalr_msgpack_websocket,
  signalr_handshake_sse,
  signalr_json_sse,
  signalr_handshake_poll,  // the bare hub messages, one behind the other
  signalr_json_poll,
  signalr_msgpack_poll,
  signalr_json_websocket_details,  // for clients that asked for more than handlers take by default
  signalr_msgpack_websocket_details,
  signalr_json_sse_details,
  signalr_json_poll_details,
  signalr_msgpack_poll_details,
};
inline constexpr std::size_t kFormats = 17;

/// Something for each format.
template <class Value>
using PerFormat = std::array<Value, kFormats>;

const Codec& codec_of(Format format);
/// The same framing with another codec; nothing where they do not go together.
std::optional<Format> with_codec(Format format, std::string_view codec);

/// Appends `event` as the finished wire bytes of `format`; nothing if its protocol has no word for it.
void append_frame(Format format, const RequestId& id, const Event& event, std::string& out);

/// The same as bytes of their own; none at all for nothing.
SharedBytes make_frame(Format format, const RequestId& id, const Event& event);

/// `payload`, which is the codec's, as the finished wire bytes of `format`.
SharedBytes frame_of(Format format, std::string_view payload);

/// The last thing a client of `format` is told.
SharedBytes goodbye_frame(Format format, CloseReason reason);

}  // namespace chat

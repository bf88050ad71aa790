#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "chat/codec/codec.hpp"
#include "chat/core/close.hpp"
#include "chat/core/shared_bytes.hpp"

namespace chat {

/// How bytes of an event look on the wire: a codec in a framing. What two clients share when one encoding serves both;
/// the unit of "encode once".
enum class Format : std::uint8_t {
  json_websocket,  // chat.v1, one text frame an event (RFC 6455 §5.2)
  json_sse,        // chat.v1, one Server-Sent Event an event
  json_poll,       // chat.v1, an element of a JSON array an event
};
inline constexpr std::size_t kFormats = 3;

/// Something for each format.
template <class Value>
using PerFormat = std::array<Value, kFormats>;

const Codec& codec_of(Format format);

/// Appends `event` as the finished wire bytes of `format`.
void append_frame(Format format, const RequestId& id, const Event& event, std::string& out);

/// The same as bytes of their own.
SharedBytes make_frame(Format format, const RequestId& id, const Event& event);

/// The last thing a client of `format` is told.
SharedBytes goodbye_frame(Format format, CloseReason reason);

}  // namespace chat

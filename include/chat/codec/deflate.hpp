#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "chat/codec/websocket_framing.hpp"
#include "chat/core/close.hpp"

namespace chat {

/// permessage-deflate (RFC 7692) with no context taken over in either direction: a message is compressed by itself, so
/// all clients share the same bytes, and an idle client has no window to keep. Thread: any, each with a compressor of
/// its own.

/// Appends one final, unmasked frame, compressed where that makes it shorter.
void append_deflated_websocket_frame(std::string& out, Opcode opcode, std::string_view payload);

/// Decompresses `compressed` and appends the result to `out`. Too big: more than `most` bytes; protocol error: it is no
/// deflate.
std::optional<CloseReason> inflate_message(std::string_view compressed, std::size_t most, std::string& out);

}  // namespace chat

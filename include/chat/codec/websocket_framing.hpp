#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chat/core/close.hpp"

namespace chat {

/// RFC 6455 §5.2.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Appends one final, unmasked frame, as servers send them: the same bytes for every client.
void append_websocket_frame(std::string& out, Opcode opcode, std::string_view payload);

/// Appends the head of such a frame; its payload of `size` bytes follows.
void append_websocket_head(std::string& out, Opcode opcode, std::size_t size);

/// The payload of the first of some frames made by append_websocket_frame, which is taken off.
std::string_view take_websocket_payload(std::string_view& frames);

/// A close frame with its code and text (§5.5.1).
std::string close_frame(CloseReason reason);

}  // namespace chat

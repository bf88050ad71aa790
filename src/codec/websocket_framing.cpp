#include "chat/codec/websocket_framing.hpp"

#include <array>

namespace chat {

void append_websocket_head(std::string& out, Opcode opcode, std::size_t size) {
  std::array<char, 10> head;
  head[0] = static_cast<char>(0x80 | static_cast<std::uint8_t>(opcode));
  const std::size_t length_bytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
  head[1] = static_cast<char>(size < 126 ? size : size <= 0xffff ? 126 : 127);
  for (std::size_t i = 0; i < length_bytes; ++i) {
    head[2 + i] = static_cast<char>(size >> (8 * (length_bytes - 1 - i)));
  }
  out.append(head.data(), 2 + length_bytes);
}

void append_websocket_frame(std::string& out, Opcode opcode, std::string_view payload) {
  append_websocket_head(out, opcode, payload.size());
  out += payload;
}

std::string_view take_websocket_payload(std::string_view& frames) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(frames.at(i)); };
  std::size_t head = 2, size = byte(1);
  if (size >= 126) {
    head = size == 126 ? 4 : 10;
    size = 0;
    for (std::size_t i = 2; i < head; ++i) size = size << 8 | byte(i);
  }
  const auto payload = frames.substr(head, size);
  frames.remove_prefix(head + size);
  return payload;
}

std::string close_frame(CloseReason reason) {
  const auto code = static_cast<std::uint16_t>(reason.code);
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += reason.text;
  std::string out;
  append_websocket_frame(out, Opcode::close, payload);
  return out;
}

}  // namespace chat

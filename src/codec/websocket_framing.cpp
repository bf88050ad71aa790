#include "chat/codec/websocket_framing.hpp"

namespace chat {

void append_websocket_frame(std::string& out, Opcode opcode, std::string_view payload) {
  const std::size_t size = payload.size();
  out += static_cast<char>(0x80 | static_cast<std::uint8_t>(opcode));
  const auto append_length = [&](int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>((size >> shift) & 0xff);
  };
  if (size < 126) {
    out += static_cast<char>(size);
  } else if (size <= 0xffff) {
    out += static_cast<char>(126);
    append_length(2);
  } else {
    out += static_cast<char>(127);
    append_length(8);
  }
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

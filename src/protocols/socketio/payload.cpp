#include "protocols/socketio/payload.hpp"

#include <cstdint>

#include "chat/base/digest.hpp"
#include "chat/codec/websocket_framing.hpp"
#include "chat/core/close.hpp"

namespace chat {
namespace {

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

Opcode opcode_of(std::string_view frames) { return Opcode(static_cast<std::uint8_t>(frames.front()) & 0x0f); }

CloseCode close_code(std::string_view payload) {
  if (payload.size() < 2) return CloseCode::normal;
  return CloseCode(static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]));
}

}  // namespace

bool split_payload(std::string_view payload, const TakePacket& take) {
  for (;;) {
    const auto packet = payload.substr(0, payload.find(kPacketSeparator));
    if (packet.empty()) return false;
    if (packet.front() == 'b') {
      const auto bytes = from_base64(packet.substr(1));
      if (!bytes) return false;
      if (!take(*bytes, true)) return true;
    } else if (packet.front() < '0' || packet.front() > '6') {
      return false;
    } else if (!take(packet, false)) {
      return true;
    }
    if (packet.size() == payload.size()) return true;
    payload.remove_prefix(packet.size() + 1);
  }
}

void append_packet(std::string& payload, std::string_view packet, bool binary) {
  if (!payload.empty()) payload += kPacketSeparator;
  if (binary) {
    (payload += 'b') += to_base64(packet);
  } else {
    payload += packet;
  }
}

std::string payload_of_frames(std::string_view frames) {
  std::string payload;
  payload.reserve(frames.size());
  while (!frames.empty()) {
    const Opcode opcode = opcode_of(frames);
    const auto packet = take_websocket_payload(frames);
    if (opcode == Opcode::text || opcode == Opcode::binary) append_packet(payload, packet, opcode == Opcode::binary);
    if (opcode == Opcode::close && !may_return(close_code(packet))) append_packet(payload, "1", false);
  }
  return payload;
}

bool has_close_frame(std::string_view frames) {
  while (!frames.empty()) {
    if (opcode_of(frames) == Opcode::close) return true;
    take_websocket_payload(frames);
  }
  return false;
}

std::optional<std::string> from_base64(std::string_view letters) {
  for (int i = 0; i < 2 && letters.ends_with('='); ++i) letters.remove_suffix(1);
  if (letters.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(letters.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : letters) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

}  // namespace chat

#include "protocols/socketio/packet.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocols/socketio/limits.hpp"

namespace chat {
namespace {

constexpr std::size_t kIdDigits = 15;  // JavaScript counts exactly up to here

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

bool take_attachments(std::string_view& text, std::uint32_t& count) {
  const auto digits = take_digits(text);
  if (digits.empty() || digits.size() > 6 || !text.starts_with('-')) return false;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<SocketPacket> read_packet(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  SocketPacket packet;
  packet.type = SocketPacket::Type(text.front());
  text.remove_prefix(1);
  if (packet.is_binary() && !take_attachments(text, packet.attachments)) return std::nullopt;
  if (text.starts_with('/')) {
    packet.nsp = text.substr(0, text.find(','));
    if (packet.nsp.size() > limits::kNamespaceBytes) return std::nullopt;
    text.remove_prefix(std::min(text.size(), packet.nsp.size() + 1));
  }
  packet.id = take_digits(text);
  if (packet.id.size() > kIdDigits) return std::nullopt;
  packet.data = text;
  return packet;
}

void append_socket_packet(std::string& out, SocketPacket::Type type, std::string_view nsp, std::string_view id,
                          std::string_view data) {
  out += '4';
  out += static_cast<char>(type);
  if (nsp != "/") (out += nsp) += ',';
  out += id;
  out += data;
}

bool is_reserved_event(std::string_view name) {
  constexpr std::array<std::string_view, 6> kReserved{"connect",       "connect_error", "disconnect",
                                                      "disconnecting", "newListener",   "removeListener"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

}  // namespace chat

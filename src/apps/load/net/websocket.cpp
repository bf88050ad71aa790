#include "apps/load/net/websocket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace chat::load::websocket {
namespace {

// The sample pair of RFC 6455 §1.3. A constant key saves a hash per connection, and the tester can still check the
// answer.
constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !same_ignoring_case(line.substr(0, colon), name)) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
    while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
    return value;
  }
  return {};
}

std::uint64_t decimal(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// 429 and 5xx are temporary.
Refusal http_refusal(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const auto status = decimal(line.substr(0, 12).substr(std::min<std::size_t>(9, line.size())));
  return {fmt::format("not upgraded: {}", line), status == 429 || status / 100 == 5,
          static_cast<std::int64_t>(decimal(header(head, "Retry-After")) * 1000)};
}

}  // namespace

Take take_frame(std::string_view& bytes, Frame& frame) {
  if (bytes.size() < 2) return Take::incomplete;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  if ((first & 0x70) != 0 || (second & 0x80) != 0) return Take::broken;
  std::size_t header = 2;
  std::uint64_t length = second;
  if (length == 126) header = 4;
  if (length == 127) header = 10;
  if (bytes.size() < header) return Take::incomplete;
  if (header > 2) length = big_endian(bytes.substr(2, header - 2));
  if (bytes.size() - header < length) return Take::incomplete;
  frame.opcode = static_cast<Opcode>(first & 0x0f);
  frame.final = (first & 0x80) != 0;
  frame.payload = bytes.substr(header, length);
  bytes.remove_prefix(header + length);
  return Take::frame;
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  const auto byte = [&out](std::uint64_t value) { out.push_back(static_cast<char>(value & 0xff)); };
  byte(0x80U | static_cast<unsigned>(opcode));
  const std::uint64_t length = payload.size();
  if (length < 126) {
    byte(0x80U | length);
  } else if (length < 0x10000) {
    byte(0x80U | 126);
    byte(length >> 8);
    byte(length);
  } else {
    byte(0x80U | 127);
    for (int shift = 56; shift >= 0; shift -= 8) byte(length >> shift);
  }
  out.append(4, '\0');
  out.append(payload);
}

std::string upgrade_request(std::string_view host, std::string_view path, std::string_view subprotocol) {
  return fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n{}{}{}\r\n",
      path, host, kKey, subprotocol.empty() ? "" : "Sec-WebSocket-Protocol: ", subprotocol,
      subprotocol.empty() ? "" : "\r\n");
}

std::optional<Refusal> refusal(std::string_view head, std::string_view subprotocol) {
  if (!head.starts_with("HTTP/1.1 101")) return http_refusal(head);
  if (header(head, "Sec-WebSocket-Accept") != kAccept) return Refusal{"upgraded with a wrong Sec-WebSocket-Accept"};
  const auto protocol = header(head, "Sec-WebSocket-Protocol");
  if (protocol.empty() || protocol == subprotocol) return std::nullopt;
  return Refusal{fmt::format("upgraded to {} instead of {}", protocol, subprotocol.empty() ? "none" : subprotocol)};
}

}  // namespace chat::load::websocket

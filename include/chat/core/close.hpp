#pragma once

#include <cstdint>
#include <string_view>

namespace chat {

/// Why a connection ends. Codes 1000-1015 are RFC 6455 §7.4.1; 4000-4499 mean "come back", 4500-4999 "do not".
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  bad_utf8 = 1007,
  policy = 1008,
  too_big = 1009,
  internal = 1011,
  restart = 1012,
  slow = 4008,
  hello_timeout = 4408,
  unauthorized = 4500,
  token_expired = 4501,
  disconnected = 4502,
};

/// Whether the client is wanted back.
inline bool may_return(CloseCode code) {
  const auto number = static_cast<std::uint16_t>(code);
  return code == CloseCode::going_away || code == CloseCode::internal || code == CloseCode::restart ||
         (number >= 4000 && number < 4500);
}

/// A code with a text for people, at most 123 bytes (RFC 6455 §5.5.1).
struct CloseReason {
  CloseCode code;
  std::string_view text;  // a literal
};

}  // namespace chat

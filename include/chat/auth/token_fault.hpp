#pragma once

#include <cstdint>
#include <string_view>

namespace chat {

/// Why a token is refused. In the order of the checks: what the signature covers is read after the signature.
enum class TokenFault : std::uint8_t {
  too_long,
  malformed,
  bad_header,
  critical_header,
  unknown_algorithm,
  unknown_key,
  wrong_algorithm,
  bad_signature,
  bad_payload,
  bad_time,
  expired,
  too_early,
  wrong_issuer,
  wrong_audience,
  no_user,
  bad_user,
  bad_name,
  bad_info,
  bad_id,
  bad_rooms,
  too_many_rooms,
};

/// A word for metrics and logs, the same as the enumerator.
std::string_view name_of(TokenFault fault);
/// A sentence for the client. Fixed: it never repeats a byte of the token.
std::string_view sentence_of(TokenFault fault);

}  // namespace chat

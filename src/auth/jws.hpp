#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "chat/auth/key_set.hpp"
#include "chat/auth/token_fault.hpp"

namespace chat {

/// The payload of a JWS in compact form (RFC 7515 §7.1) whose signature a key of `keys` verifies. A key is chosen by
/// `kid`, else by `alg`; no token causes more than kMaxKeysTried verifications.
std::variant<std::string, TokenFault> verified_payload(std::string_view token, const KeySet& keys);

/// A token whose `kid` names one key of a set needs one. More are tried if several keys have one `kid` or none.
inline constexpr std::size_t kMaxKeysTried = 8;

}  // namespace chat

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/auth/key_set.hpp"
#include "chat/auth/token_fault.hpp"
#include "chat/base/clock.hpp"
#include "chat/core/rights.hpp"

namespace chat {

/// Bytes of a token.
inline constexpr std::size_t kMaxTokenBytes = 8 * 1024;
/// By how much the clocks of the maker of tokens and of a node may differ.
inline constexpr Seconds kTokenSkew{30};

/// The claims of a valid token. Absent text is empty.
struct Claims {
  std::string user_id;               // 1 to 64 bytes, see is_user_id()
  std::string name;                  // as to_user_name() makes it
  std::string info;                  // JSON without blanks, at most 1 KiB, for everyone
  std::string token_id;              // `jti`, see is_user_id()
  std::optional<UnixMs> issued_at;   // `iat`
  std::optional<UnixMs> expires_at;  // `exp`, without skew; nullopt: never
  std::vector<RoomRights> rooms;     // at most 64; `rooms`, then Centrifugo's `channels` and `subs`
};

struct VerifierSettings {
  std::string issuer{};            // `iss` must be this; empty: any or none
  std::string audience{};          // `aud` must be or contain this; empty: any or none
  std::string user_claim = "sub";  // the claim with the user's id
};

/// Verifies JSON Web Tokens (RFC 7519) in the compact form of JWS (RFC 7515 §7.1), by the rules of RFC 8725. Pure: no
/// I/O, no clock, no state that changes.
/// Thread: any, several at once. Owner: the node.
/// Errors: a TokenFault, never an exception.
class TokenVerifier {
 public:
  explicit TokenVerifier(VerifierSettings settings) : settings_(std::move(settings)) {}

  /// `now`: the wall clock. A token without `exp` is valid for ever, until its key is removed.
  std::variant<Claims, TokenFault> verify(std::string_view token, const KeySet& keys, UnixMs now) const;

 private:
  VerifierSettings settings_;
};

}  // namespace chat

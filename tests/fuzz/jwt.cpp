// Tokens and keys. The first byte chooses: a raw token; a header and a payload that a known secret signs, so that the
// reader of claims is reached; a JWK Set; PEM. An accepted token keeps the documented limits, and a token with another
// signature is never accepted.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "chat/auth/token_verifier.hpp"
#include "chat/base/assert.hpp"
#include "chat/base/digest.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/names.hpp"
#include "fuzz/choices.hpp"

namespace {

using namespace chat;

constexpr UnixMs kNow = 1'795'262'400'000;
const std::string kSecret = "a secret of this test, 32 bytes.";

const KeySet& keys() {
  static const KeySet set = keys_from_secret(kSecret, "fuzz").keys;
  return set;
}

std::variant<Claims, TokenFault> verify(std::string_view token) {
  static const TokenVerifier verifier({});
  return verifier.verify(token, keys(), kNow);
}

void check_claims(const Claims& claims) {
  CHAT_ASSERT(is_user_id(claims.user_id) && claims.user_id.size() <= 64);
  CHAT_ASSERT(claims.name.empty() || to_user_name(claims.name) == claims.name);
  CHAT_ASSERT(claims.info.size() <= 1024 && (claims.info.empty() || !check_json(claims.info)));
  CHAT_ASSERT(claims.token_id.empty() || is_user_id(claims.token_id));
  CHAT_ASSERT(!claims.expires_at || *claims.expires_at + 30'000 > kNow);
  CHAT_ASSERT(!claims.issued_at || *claims.issued_at <= kNow + 30'000);
  CHAT_ASSERT(claims.rooms.size() <= 64);
  for (const auto& room : claims.rooms) {
    CHAT_ASSERT(is_room_pattern(room.pattern));
    rights_in(claims.rooms, room.pattern);
  }
}

void check_signed(Choices choices) {
  // Mostly a good header: past it is more to find.
  const std::string_view header = choices.below(4) == 0 ? choices.text(choices.byte()) : R"({"alg":"HS256"})";
  const auto input = to_base64url(header) + '.' + to_base64url(choices.rest());
  auto signature = hmac_sha256(kSecret, input);
  const auto verified = verify(input + '.' + to_base64url(signature));
  if (const auto* claims = std::get_if<Claims>(&verified)) check_claims(*claims);
  signature[0] = static_cast<char>(signature[0] ^ 1);
  CHAT_ASSERT(std::holds_alternative<TokenFault>(verify(input + '.' + to_base64url(signature))));
}

void check_keys(const LoadedKeys& loaded) {
  CHAT_ASSERT(loaded.error.empty() == !loaded.keys.empty() && loaded.keys.size() <= kMaxKeys);
  CHAT_ASSERT(loaded.skipped.size() <= kMaxKeys);
  TokenVerifier({}).verify("eyJhbGciOiJFUzI1NiJ9.e30.AAAA", loaded.keys, kNow);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  switch (choices.below(4)) {
    case 0:
      CHAT_ASSERT(std::holds_alternative<TokenFault>(verify(choices.rest())));
      break;
    case 1:
      check_signed(choices);
      break;
    case 2:
      check_keys(keys_from_jwks(choices.rest(), "fuzz"));
      break;
    default:
      check_keys(keys_from_pem(choices.rest(), "fuzz"));
  }
  return 0;
}

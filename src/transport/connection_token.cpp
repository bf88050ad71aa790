#include "chat/transport/connection_token.hpp"

#include "chat/base/digest.hpp"

namespace chat {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kIdCharacters = 22;  // of base64url

std::string signed_id(std::string_view secret, std::string_view id) {
  return std::string(id) + to_base64url(hmac_sha256(secret, id));
}

}  // namespace

ConnectionToken mint_token(std::string_view secret) { return signed_id(secret, to_base64url(random_bytes(kIdBytes))); }

std::string_view id_of(std::string_view token) { return token.substr(0, kIdCharacters); }

bool is_genuine(std::string_view secret, std::string_view token) {
  return is_same_secret(token, signed_id(secret, id_of(token)));
}

}  // namespace chat

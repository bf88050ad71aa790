#include "chat/transport/connection_token.hpp"

#include "chat/base/digest.hpp"

namespace chat {
namespace {

constexpr std::size_t kTimeCharacters = 8;
constexpr std::size_t kRandomBytes = 10;
constexpr std::size_t kIdCharacters = 22;  // of base64url

/// Of a character that base64url has.
int base64url_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '-' ? 62 : 63;
}

std::string signed_id(std::string_view secret, std::string_view id) {
  return std::string(id) + to_base64url(hmac_sha256(secret, id));
}

}  // namespace

ConnectionToken mint_token(std::string_view secret, UnixMs now) {
  std::string id;
  for (int shift = 40; shift >= 0; shift -= 8) id += static_cast<char>(now >> shift & 0xff);
  return signed_id(secret, to_base64url(id + random_bytes(kRandomBytes)));
}

UnixMs minted_at(std::string_view token) {
  UnixMs time = 0;
  for (const char c : token.substr(0, kTimeCharacters)) time = time << 6 | static_cast<UnixMs>(base64url_digit(c));
  return time;
}

std::string_view id_of(std::string_view token) { return token.substr(0, kIdCharacters); }

bool is_genuine(std::string_view secret, std::string_view token) {
  return is_same_secret(token, signed_id(secret, id_of(token)));
}

}  // namespace chat

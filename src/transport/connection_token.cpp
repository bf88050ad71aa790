#include "chat/transport/connection_token.hpp"

#include <cstdlib>

#include "chat/base/digest.hpp"

namespace chat {
namespace {

constexpr std::size_t kTimeCharacters = 8;
constexpr std::size_t kRandomBytes = 10;

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

/// Tokens of resumable connections are signed with another key than the others.
std::string resumable_secret(std::string_view secret) { return std::string(secret) + ".resumable"; }

}  // namespace

ConnectionToken mint_token(std::string_view secret, UnixMs now, bool resumable) {
  std::string id;
  for (int shift = 40; shift >= 0; shift -= 8) id += static_cast<char>(now >> shift & 0xff);
  id = to_base64url(id + random_bytes(kRandomBytes));
  return resumable ? signed_id(resumable_secret(secret), id) : signed_id(secret, id);
}

UnixMs minted_at(std::string_view token) {
  UnixMs time = 0;
  for (const char c : token.substr(0, kTimeCharacters)) time = time << 6 | static_cast<UnixMs>(base64url_digit(c));
  return time;
}

std::string_view id_of(std::string_view token) { return token.substr(0, kConnectionIdBytes); }

bool is_genuine(std::string_view secret, std::string_view token) {
  return is_same_secret(token, signed_id(secret, id_of(token)));
}

bool was_negotiated(std::string_view secret, Negotiated& connection) {
  if (secret.empty()) return false;
  connection.resumable = is_genuine(resumable_secret(secret), connection.token);
  return connection.resumable || is_genuine(secret, connection.token);
}

bool was_negotiated(const ClusterSecret& secret, Negotiated& connection) {
  return secret.any([&connection](std::string_view one) { return was_negotiated(one, connection); });
}

bool may_begin(std::string_view token, UnixMs now) {
  return Milliseconds(std::abs(now - minted_at(token))) <= kBeginTime;
}

}  // namespace chat

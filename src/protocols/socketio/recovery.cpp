#include "protocols/socketio/recovery.hpp"

#include "chat/base/digest.hpp"
#include "protocols/socketio/limits.hpp"

namespace chat {
namespace {

constexpr std::size_t kRandomBytes = 9;  // no two sessions have the same token
constexpr char kEnd = '|';               // in no other part of a token

/// Of another kind than the tokens of connections.
std::string signature(std::string_view secret, std::string_view text) {
  return to_base64url(hmac_sha256(std::string(secret) + ".recovery", text));
}

}  // namespace

// "<user id>|<random>|<cursors>|<name>|<signature>"
std::string mint_recovery_token(const ClusterSecret& secret, const RecoveryToken& token) {
  std::string text = token.user_id + kEnd + to_base64url(random_bytes(kRandomBytes));
  ((((text += kEnd) += token.cursors.text()) += kEnd) += token.name) += kEnd;
  return text + signature(secret.view(), text);
}

std::optional<RecoveryToken> read_recovery_token(const ClusterSecret& secret, std::string_view text) {
  const auto signed_end = text.rfind(kEnd) + 1;  // npos + 1 is 0
  if (signed_end == 0 || text.size() > limits::kRecoveryTokenBytes) return std::nullopt;
  auto rest = text.substr(0, signed_end);
  const auto is_good = [&](std::string_view one) {
    return is_same_secret(text.substr(signed_end), signature(one, text.substr(0, signed_end)));
  };
  if (!secret.any(is_good)) return std::nullopt;
  const auto take = [&rest] {
    const auto part = rest.substr(0, rest.find(kEnd));
    rest.remove_prefix(part.size() + 1);
    return part;
  };
  RecoveryToken token{std::string(take()), {}, {}};
  take();  // the random part
  auto cursors = Cursors::parse(take());
  if (!cursors) return std::nullopt;
  token.cursors = *std::move(cursors);
  token.name = rest.substr(0, rest.size() - 1);  // which may have any character
  return token;
}

}  // namespace chat

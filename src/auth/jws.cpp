#include "auth/jws.hpp"

#include <algorithm>
#include <optional>

#include "auth/base64url.hpp"
#include "auth/jwt_json.hpp"
#include "auth/key.hpp"
#include "chat/base/ascii.hpp"
#include "chat/codec/json/json_check.hpp"

namespace chat {
namespace {

constexpr std::size_t kMaxKidBytes = 256;

/// The header as far as it matters. `jwk`, `jku`, `x5c` and `x5u` are never read: a token cannot bring its key.
struct Header {
  Algorithm algorithm;
  std::optional<std::string> key_id;
};

/// RFC 7515 §4.1.9: a media type without regard to case, without "application/" if there is no other slash.
bool is_token_type(std::string_view type) {
  constexpr std::string_view kPrefix = "application/";
  if (is_same_ignoring_case(type.substr(0, kPrefix.size()), kPrefix)) type.remove_prefix(kPrefix.size());
  return is_same_ignoring_case(type, "JWT") || is_same_ignoring_case(type, "at+jwt");
}

std::variant<Header, TokenFault> read_header(std::string_view encoded) {
  const auto text = from_base64url(encoded);
  if (!text) return TokenFault::malformed;
  if (check_json(*text)) return TokenFault::bad_header;
  const JsonView root(*text);
  if (!root.is(JsonView::Kind::object)) return TokenFault::bad_header;
  if (root.find("crit")) return TokenFault::critical_header;
  if (const auto type = root.find("typ"); type && !is_token_type(text_of(*type).value_or(""))) {
    return TokenFault::bad_header;
  }
  Header header{};
  if (const auto kid = root.find("kid")) {
    header.key_id = text_of(*kid);
    if (!header.key_id || header.key_id->size() > kMaxKidBytes) return TokenFault::bad_header;
  }
  const auto alg = text_member(root, "alg");
  if (!alg) return TokenFault::bad_header;
  const auto algorithm = to_algorithm(*alg);
  if (!algorithm) return TokenFault::unknown_algorithm;
  header.algorithm = *algorithm;
  return header;
}

/// Which keys of a set may have signed a token: those with its `kid`. If none has it, those without an id, since
/// nothing else could name them; and any key for a token without `kid`.
class Candidates {
 public:
  Candidates(const KeySet& keys, const Header& header) : keys_(keys), header_(header) {
    const auto has_id = [&](const auto& key) { return key->id() == header.key_id; };
    kid_is_known_ = header.key_id && std::any_of(keys.keys().begin(), keys.keys().end(), has_id);
  }

  /// nullopt: a key verifies the signature.
  std::optional<TokenFault> fault(std::string_view input, std::string_view signature) const {
    std::size_t tried = 0;
    bool has_others = false;
    for (const auto& key : keys_.keys()) {
      if (!may_be(*key)) {
        has_others = true;
        continue;
      }
      if (!key->fits(header_.algorithm)) continue;
      if (tried++ == kMaxKeysTried) break;
      if (key->verify(header_.algorithm, input, signature)) return std::nullopt;
    }
    if (keys_.empty() || (header_.key_id && !kid_is_known_ && has_others)) return TokenFault::unknown_key;
    return tried == 0 ? TokenFault::wrong_algorithm : TokenFault::bad_signature;
  }

 private:
  bool may_be(const Key& key) const {
    if (!header_.key_id) return true;
    return kid_is_known_ ? key.id() == header_.key_id : !key.id();
  }

  const KeySet& keys_;
  const Header& header_;
  bool kid_is_known_ = false;
};

}  // namespace

std::variant<std::string, TokenFault> verified_payload(std::string_view token, const KeySet& keys) {
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return TokenFault::malformed;
  const auto payload = from_base64url(token.substr(first + 1, second - first - 1));
  const auto signature = from_base64url(token.substr(second + 1));  // a third dot is not in the alphabet
  if (!payload || !signature) return TokenFault::malformed;
  const auto header = read_header(token.substr(0, first));
  if (const auto* fault = std::get_if<TokenFault>(&header)) return *fault;
  const Candidates candidates(keys, std::get<Header>(header));
  if (const auto fault = candidates.fault(token.substr(0, second), *signature)) return *fault;
  return *payload;
}

}  // namespace chat

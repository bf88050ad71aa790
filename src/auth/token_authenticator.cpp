#include "chat/auth/token_authenticator.hpp"

#include <utility>
#include <variant>

#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "chat/core/person_id.hpp"

namespace chat {
namespace {

Counter accepted_tokens{"chat_tokens_accepted_total", "Tokens that this node has verified and accepted"};
Counter refused_tokens{"chat_tokens_refused_total", "Tokens that this node has refused, for whatever reason"};

/// `word`: for the log, where one line a minute stands for all.
Failure refusal(std::string_view word, std::string_view sentence) {
  refused_tokens.add();
  log_warn_rarely("token_refused", {{"why", word}});
  return {ErrorCode::unauthorized, std::string(sentence)};
}

Identity to_identity(Claims claims) {
  Identity identity;
  identity.user_id = user_id_of_subject(claims.user_id);
  identity.subject = std::move(claims.user_id);
  identity.name = std::move(claims.name);
  identity.info = std::move(claims.info);
  identity.token_id = std::move(claims.token_id);
  identity.issued_at = claims.issued_at.value_or(0);
  identity.expires_at = claims.expires_at.value_or(0);
  identity.rooms = std::move(claims.rooms);
  return identity;
}

}  // namespace

Result<std::shared_ptr<const Identity>> TokenAuthenticator::authenticate(std::string_view token) const {
  const UnixMs now = clock_.unix_ms();
  auto verified = verifier_.verify(token, *ring_.keys(), now);
  if (const auto* fault = std::get_if<TokenFault>(&verified)) {
    accepted_.remove(token);
    if (*fault == TokenFault::unknown_key && on_unknown_key_) on_unknown_key_();
    return refusal(name_of(*fault), sentence_of(*fault));
  }
  auto identity = std::make_shared<const Identity>(to_identity(std::get<Claims>(std::move(verified))));
  if (sanctions_.get()->revokes(*identity, now)) {
    accepted_.remove(token);
    return refusal("revoked", "the token has been revoked");
  }
  accepted_.add(token);
  accepted_tokens.add();
  return identity;
}

}  // namespace chat

#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "chat/auth/accepted_tokens.hpp"
#include "chat/auth/key_ring.hpp"
#include "chat/auth/sanctions.hpp"
#include "chat/auth/token_verifier.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/snapshot.hpp"
#include "chat/core/authenticator.hpp"

namespace chat {

/// Authenticates with JSON Web Tokens that a key of the ring verifies and no sanction revokes.
/// Thread: any, several at once. Owner: the node; the ring, the sanctions and the clock must outlive it.
class TokenAuthenticator final : public Authenticator {
 public:
  /// `on_unknown_key` is called on the caller's thread for a token with TokenFault::unknown_key, see
  /// JwksClient::miss_key(); it may be empty.
  TokenAuthenticator(TokenVerifier verifier, const KeyRing& ring, const Snapshot<Sanctions>& sanctions,
                     const Clock& clock, std::function<void()> on_unknown_key)
      : verifier_(std::move(verifier)),
        ring_(ring),
        sanctions_(sanctions),
        clock_(clock),
        on_unknown_key_(std::move(on_unknown_key)) {}

  Result<std::shared_ptr<const Identity>> authenticate(std::string_view token) const override;
  bool has_accepted(std::string_view token) const override { return accepted_.contains(token); }

 private:
  const TokenVerifier verifier_;
  const KeyRing& ring_;
  const Snapshot<Sanctions>& sanctions_;
  const Clock& clock_;
  const std::function<void()> on_unknown_key_;
  mutable AcceptedTokens accepted_;
};

}  // namespace chat

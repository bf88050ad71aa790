#include "chat/auth/access_policy.hpp"

namespace chat {

Access AccessPolicy::access(const Principal& principal, std::string_view room) const {
  Access access = rules_.get()->access(principal, room);
  const auto sanctions = sanctions_.get();
  if (sanctions->empty()) return access;
  const UnixMs now = clock_.unix_ms();
  const auto user_id = principal.user_id();
  if (sanctions->bans(user_id, room, now)) access.rights = {};
  if (sanctions->mutes(user_id, room, now)) access.rights.remove({Right::send, Right::typing});
  return access;
}

std::string AccessPolicy::reason(const Principal& principal, std::string_view room) const {
  const auto sanctions = sanctions_.get();
  if (sanctions->empty()) return {};
  const auto* const ban = sanctions->ban(principal.user_id(), room, clock_.unix_ms());
  return ban == nullptr ? std::string() : ban->reason;
}

std::optional<CloseReason> AccessPolicy::exclusion(const Principal& principal) const {
  const auto sanctions = sanctions_.get();
  if (sanctions->empty()) return std::nullopt;
  const UnixMs now = clock_.unix_ms();
  if (sanctions->blocks(principal, now)) return CloseReason{CloseCode::unauthorized, "you are blocked here"};
  if (principal.identity && sanctions->revokes(*principal.identity, now)) {
    return CloseReason{CloseCode::unauthorized, "the token has been revoked"};
  }
  return std::nullopt;
}

}  // namespace chat

#pragma once

#include "chat/auth/room_rules.hpp"
#include "chat/auth/sanctions.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/snapshot.hpp"
#include "chat/core/policy.hpp"

namespace chat {

/// Rights by the rules of rooms and by the token, less what sanctions take: a ban all rights in a room, a mute send and
/// typing. A blocked person and a revoked token are excluded.
/// Thread: any, several at once. Owner: the node; all that it is made of must outlive it.
class AccessPolicy final : public Policy {
 public:
  AccessPolicy(const Snapshot<RoomRules>& rules, const Snapshot<Sanctions>& sanctions, const Clock& clock)
      : rules_(rules), sanctions_(sanctions), clock_(clock) {}

  Access access(const Principal& principal, std::string_view room) const override;
  /// That of the ban.
  std::string reason(const Principal& principal, std::string_view room) const override;
  std::optional<CloseReason> exclusion(const Principal& principal) const override;

 private:
  const Snapshot<RoomRules>& rules_;
  const Snapshot<Sanctions>& sanctions_;
  const Clock& clock_;
};

}  // namespace chat

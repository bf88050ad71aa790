#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/transport/cluster_secret.hpp"
#include "protocols/socketio/cursors.hpp"

namespace chat {

/// A description of a session, in the token that its client shows when it comes back ("pid"): any node reads it, only
/// nodes can make it, and no node has to remember it. It is a secret of its client: with that of a guest a program is
/// the guest.
struct RecoveryToken {
  std::string user_id;
  std::string name;
  Cursors cursors;  // when the session began
};

std::string mint_recovery_token(const ClusterSecret& secret, const RecoveryToken& token);
/// Nothing: no node of this cluster has made it.
std::optional<RecoveryToken> read_recovery_token(const ClusterSecret& secret, std::string_view text);

}  // namespace chat

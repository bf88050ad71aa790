#pragma once

#include <optional>
#include <vector>

#include "chat/auth/token_fault.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/core/rights.hpp"

namespace chat {

/// Appends what `payload` grants: `rooms` {pattern: [right, …]}, and Centrifugo's `channels` [name, …] and `subs`
/// {name: {…}}, which give join, history and send. Names of channels may be any group's name, see room_of_group().
std::optional<TokenFault> read_room_claims(JsonView payload, std::vector<RoomRights>& grants);

}  // namespace chat

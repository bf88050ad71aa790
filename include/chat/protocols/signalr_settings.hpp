#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/base/clock.hpp"

namespace chat {

/// The arguments of SignalR's ReceiveMessage. Clients in .NET and Java call a handler only with exactly as many
/// arguments as it has parameters.
enum class ReceiveField : std::uint8_t { user, message, connection_id, node_id, room, details };
/// "user", "message" and so on, by the names clients know; nothing: a name is not known, or none is there.
std::optional<std::vector<ReceiveField>> parse_receive_fields(const std::vector<std::string>& names);

struct SignalRSettings {
  std::vector<std::string> paths{"/chatHub", "/hub"};  // compared without case and without a slash at the end
  std::vector<ReceiveField> receive{ReceiveField::user, ReceiveField::message, ReceiveField::connection_id,
                                    ReceiveField::node_id};
  Seconds client_timeout{30};  // of silence, after which a client is given up
};

}  // namespace chat

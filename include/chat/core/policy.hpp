#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/core/close.hpp"
#include "chat/core/error.hpp"
#include "chat/core/principal.hpp"
#include "chat/core/rights.hpp"
#include "chat/core/room_settings.hpp"

namespace chat {

/// The rights of a principal in one room, and the settings of the room.
struct Access {
  Rights rights;
  const RoomSettings* settings;  // never null; lives as long as the process
  bool may_create = true;        // may enter it, and send its first message, before it has one
};

/// Decides what a principal may do. A session asks when it joins a room and when the answer may have changed, and keeps
/// the answer in between. Thread: every shard's.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual Access access(const Principal& principal, std::string_view room) const = 0;
  /// The reason that was given for closing the room to the principal; empty: none was.
  virtual std::string reason(const Principal&, std::string_view) const { return {}; }
  /// Why the principal may not be here at all; nullopt: it may.
  virtual std::optional<CloseReason> exclusion(const Principal& principal) const = 0;
};

/// The refusal of a room, in the same words whether it exists or not.
inline Failure closed_room() { return {ErrorCode::not_found, "this room is not open to you"}; }

/// Everybody may do everything but moderate.
const Policy& open_policy();

}  // namespace chat

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "chat/core/names.hpp"
#include "chat/core/room_settings.hpp"
#include "chat/core/shared_bytes.hpp"
#include "chat/rooms/session_ref.hpp"

/// Requests and answers of RoomService for a session that joins a room. Values; thread: any.
namespace chat {

struct JoinRequest {
  SessionRef session;
  Join join;
  User user;
  RoomSettings settings{};
  bool again = false;      // the session is in the room already and wants the messages that it missed
  bool may_create = true;  // the room need not have a message
};

/// A join that succeeded. From here on the session is a member; with `more`, only after the replay that follows.
struct JoinAnswer {
  std::vector<Event> before;  // tells how the client's cursor was changed
  Joined joined;
  bool more = false;
};

/// Asks for the next page of a replay.
struct ReplayRequest {
  SessionRef session;
  std::string room;
  Offset after = 0;
};

/// The messages after ReplayRequest::after, oldest first, at most limits::kReplayMessages.
struct ReplayPage {
  std::optional<Reset> reset;  // the store has trimmed messages between `after` and this page
  SharedBytes frames;          // in the session's format
  Offset end = 0;              // of the last message in `frames`; `after` if there is none
  bool last = false;           // it ends at the last published message: from here on the session is a member
};

}  // namespace chat

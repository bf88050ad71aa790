#pragma once

#include <string>
#include <string_view>

#include "chat/sessions/session.hpp"

/// The answers to requests about rooms that the session may not use as it asks.
namespace chat {

inline constexpr std::string_view kClosedRoom = "this room is not open to you";

inline void refuse_name(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::bad_room,
                 "a room is named by 1 to 64 of a-z 0-9 _ . - and begins with a letter or a digit");
}

/// In the same words whether the room exists or not.
inline void refuse_closed_room(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::not_found, std::string(kClosedRoom));
}

inline void refuse_right(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::forbidden, "in this room you may not do this");
}

inline void refuse_outsider(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::not_joined, "join the room first");
}

}  // namespace chat

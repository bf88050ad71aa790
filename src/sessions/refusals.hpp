#pragma once

#include <string>
#include <utility>

#include "chat/core/policy.hpp"
#include "chat/sessions/session.hpp"

/// The answers to requests about rooms that the session may not use as it asks.
namespace chat {

inline void refuse_name(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::bad_room,
                 "a room is named by 1 to 64 of a-z 0-9 _ . - and begins with a letter or a digit");
}

inline void refuse_closed_room(Session& session, const RequestId& id) {
  Failure failure = closed_room();
  session.refuse(id, failure.code, std::move(failure.message));
}

inline void refuse_right(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::forbidden, "in this room you may not do this");
}

inline void refuse_outsider(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::not_joined, "join the room first");
}

}  // namespace chat

#pragma once

#include <string>

#include "chat/core/shared_bytes.hpp"
#include "protocols/socketio/cursors.hpp"

namespace chat {

class Session;

/// The place of a client in each of its rooms, which is the last argument of a message. A client in one room has the
/// place that each message there has, so its frames are the room's. While a client is in several rooms, each message
/// gets the places in all of them. Functions of the session's thread; nothing is kept for a session.

/// Where the client stands when all has reached it that is queued.
std::string place_of(Session& session);

/// Frames come to the dialogue while the client is in several rooms, or, if it `joins`, is about to be.
void divert_frames_of_rooms(Session& session, bool joins);

/// Queues frames of a room with all places. Members of the same rooms share the bytes. Returns false if they are lost.
bool queue_with_places(Session& session, const SharedBytes& frame, bool ephemeral);

/// The same while a CONNECT is being answered, when the session has been sent less than its rooms: `at` is where the
/// client stands, and moves on.
bool queue_with_places(Session& session, const SharedBytes& frame, Cursors& at);

}  // namespace chat

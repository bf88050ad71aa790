#pragma once

#include <vector>

#include "chat/codec/format.hpp"
#include "chat/core/message.hpp"
#include "rooms/room.hpp"

namespace chat {

/// Encodes messages of the room's present epoch as one buffer of frames. Pure function; thread: any.
SharedBytes encode_batch(const Room& room, Format format, const std::vector<Message>& messages);

}  // namespace chat

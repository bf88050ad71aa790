#pragma once

#include <string_view>

#include "chat/sessions/dialogue.hpp"

namespace chat {

/// chat.v1's clients say requests from the first byte on. One for all sessions.
DialoguePtr chat_v1_dialogue();

/// A client's URL names a room to join; empty: none. The client is told by pushes, in one write with what is queued.
void chat_v1_on_open(Session& session, std::string_view room);

}  // namespace chat

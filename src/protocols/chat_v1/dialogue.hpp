#pragma once

#include <string_view>

#include "chat/sessions/dialogue.hpp"

namespace chat {

/// Clients of chat.v1 send requests from the first byte on. One dialogue serves all sessions.
DialoguePtr chat_v1_dialogue();

/// Joins the room that a client's URL names; empty: none. The pushes leave in one write with the queued frames.
void chat_v1_on_open(Session& session, std::string_view room);

}  // namespace chat

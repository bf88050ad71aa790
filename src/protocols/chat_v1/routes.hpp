#pragma once

#include "chat/transport/http/router.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// chat.v1 over WebSockets (/ws), event streams (/sse) and polls (/poll).
void add_chat_v1_routes(Router& router, const TransportSettings& settings);

}  // namespace chat

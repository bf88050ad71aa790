#pragma once

#include "chat/transport/listener.hpp"
#include "chat/transport/router.hpp"

namespace chat {

/// chat.v1 for clients without WebSockets: /sse (Server-Sent Events and POST) and /poll (long polling). Any request of
/// a connection may come to any node. Wire form: src/codec/README.md. `settings` must outlive the router.
void add_http_transports(Router& router, const TransportSettings& settings);

}  // namespace chat

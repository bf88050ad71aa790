#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/transport/http/http.hpp"

namespace chat {

/// Whether the request asks to become a WebSocket, well or badly.
bool wants_websocket(const HttpRequest& request);

/// Judges an upgrade request (RFC 6455 §4.2). 101 with Sec-WebSocket-Accept; 400, 405 or 426 where it is malformed, or
/// asks for other subprotocols than `subprotocol` (empty: there is none); 403 where a page of another site makes it.
HttpResponse answer_handshake(const HttpRequest& request, const std::vector<std::string>& allowed_origins,
                              std::string_view subprotocol);

}  // namespace chat

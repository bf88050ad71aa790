#pragma once

#include <optional>

#include "chat/transport/cluster_secret.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/http.hpp"

/// Requests of Engine.IO's clients, and the answers that they know.
namespace chat {

enum class EngineError : std::uint8_t {
  unknown_transport = 0,
  unknown_sid = 1,
  bad_method = 2,
  bad_request = 3,
  forbidden = 4,
  unsupported_version = 5,
};

/// 400 with {"code","message"}.
HttpResponse make_engine_error(const HttpRequest& request, EngineError error);

/// The fault of a request, found before its connection is asked; nothing: there is none. `upgrades`: it asks for a
/// WebSocket.
std::optional<HttpResponse> fault_in(const HttpRequest& request, const ClusterSecret& secret, bool upgrades);

/// The token of the connection; empty: the request begins one.
ConnectionToken sid_in(const HttpRequest& request);

}  // namespace chat

#pragma once

#include "chat/transport/listener.hpp"
#include "chat/transport/router.hpp"

namespace chat {

/// SignalR's clients without WebSockets (TransportProtocols.md in dotnet/aspnetcore, src/SignalR/docs/specs), at each
/// of the hub paths with the token as `id`: GET (an event stream for who accepts one, else a poll), POST, DELETE. The
/// first GET makes the connection on this node; whatever follows may come to any.
void add_hub_transports(Router& router, const TransportSettings& settings);

}  // namespace chat

#pragma once

#include "chat/protocols/signalr_settings.hpp"
#include "chat/transport/http/router.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// SignalR's clients at each of the settings' paths (TransportProtocols.md in dotnet/aspnetcore,
/// src/SignalR/docs/specs): negotiation, WebSockets, event streams and polls. A client without WebSockets names its
/// connection by its token: the first GET makes the connection on this node (an event stream if it accepts one, else
/// polls); later requests may come to any node.
void add_signalr_routes(Router& router, const TransportSettings& transport, const SignalRSettings& settings);

}  // namespace chat

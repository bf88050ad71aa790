#pragma once

#include <string_view>

#include "chat/transport/listener.hpp"
#include "chat/transport/router.hpp"

/// Where SignalR's clients connect (TransportProtocols.md in dotnet/aspnetcore, src/SignalR/docs/specs).
namespace chat {

/// Whether the path of a request is one of the hubs', all of which are the same.
bool is_hub(std::string_view path, const TransportSettings& settings);

/// Whether a hub's client wants the details of each message: `details=true` in the query of whatever it asks.
bool wants_details(const HttpRequest& request);

/// POST {hub}/negotiate: gives a client its token, with which it may begin its connection on any node. Clients that say
/// nothing of `negotiateVersion` know the token as the connection's id.
void add_negotiation(Router& router, const TransportSettings& settings);

/// Whether a node with this secret has made the token; says which kind it is.
bool was_negotiated(std::string_view secret, Negotiated& connection);
bool was_negotiated(const ClusterSecret& secret, Negotiated& connection);

/// For a client to begin its connection, and for clocks of nodes to differ. Whoever comes later with a genuine token
/// had a connection that is gone.
inline constexpr Seconds kBeginTime{20};
bool may_begin(std::string_view token, UnixMs now);

}  // namespace chat

#pragma once

#include <array>
#include <string_view>

#include "chat/transport/listener.hpp"
#include "chat/transport/router.hpp"

/// Where SignalR's clients connect (TransportProtocols.md in dotnet/aspnetcore, src/SignalR/docs/specs).
namespace chat {

/// All of them are the same hub.
inline constexpr std::array<std::string_view, 2> kHubPaths{"/chatHub", "/hub"};

/// POST {hub}/negotiate: gives a client its token, with which it may begin its connection on any node.
void add_negotiation(Router& router, const TransportSettings& settings);

/// Whether a node with this secret has made the token; says which kind it is.
bool was_negotiated(std::string_view secret, Negotiated& connection);
bool was_negotiated(const ClusterSecret& secret, Negotiated& connection);

/// For a client to begin its connection, and for clocks of nodes to differ. Whoever comes later with a genuine token
/// had a connection that is gone.
inline constexpr Seconds kBeginTime{20};
bool may_begin(std::string_view token, UnixMs now);

}  // namespace chat

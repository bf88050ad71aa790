#pragma once

#include <array>
#include <string_view>

#include "chat/transport/listener.hpp"
#include "chat/transport/router.hpp"

/// Where SignalR's clients connect (TransportProtocols.md in dotnet/aspnetcore, src/SignalR/docs/specs).
namespace chat {

/// All of them are the same hub.
inline constexpr std::array<std::string_view, 2> kHubPaths{"/chatHub", "/hub"};

/// POST {hub}/negotiate: gives a client its token, from which every node knows the connection. Only who wants to go on
/// over another socket has a place held on this node.
void add_negotiation(Router& router, const TransportSettings& settings, const ConnectionHomes& homes);

/// Whether a node with this secret has made the token; says which kind it is.
bool was_negotiated(std::string_view secret, Negotiated& connection);

}  // namespace chat

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/transport/http/router.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// The protocol as the application knows it.
inline constexpr std::string_view kSignalRName = "signalr";

/// POST {path}/negotiate: gives a client its token, with which it may begin its connection on any node. Clients that
/// say nothing of `negotiateVersion` know the token as the connection's id.
void add_negotiation(Router& router, const TransportSettings& settings, const std::vector<std::string>& paths);

/// Whether a client wants the details of each message: `details=true` in the query of whatever it asks.
bool wants_details(const HttpRequest& request);

}  // namespace chat

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chat/protocols/signalr_settings.hpp"
#include "chat/protocols/socketio_settings.hpp"
#include "chat/transport/http/router.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// One way in which clients talk to a node.
struct Protocol {
  std::string name;
  /// Adds the protocol's URLs. Called once, before the node serves. The settings outlive the router.
  std::function<void(Router& router, const TransportSettings& settings)> add_routes;
};

/// The settings of each protocol.
struct ProtocolSettings {
  SignalRSettings signalr;
  SocketIOSettings socketio{};
};

/// All protocols of this server.
std::vector<Protocol> protocols(const ProtocolSettings& settings);

}  // namespace chat

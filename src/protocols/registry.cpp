#include "chat/protocols/registry.hpp"

#include "protocols/chat_v1/routes.hpp"
#include "protocols/signalr/routes.hpp"
#include "protocols/socketio/routes.hpp"

namespace chat {

std::vector<Protocol> protocols(const ProtocolSettings& settings) {
  return {
      {"chat.v1", add_chat_v1_routes},
      {"SignalR",
       [signalr = settings.signalr](Router& router, const TransportSettings& transport) {
         add_signalr_routes(router, transport, signalr);
       }},
      {"Socket.IO",
       [socketio = settings.socketio](Router& router, const TransportSettings& transport) {
         add_socketio_routes(router, transport, socketio);
       }},
  };
}

}  // namespace chat

#include "chat/protocols/registry.hpp"

#include "protocols/chat_v1/routes.hpp"
#include "protocols/signalr/routes.hpp"

namespace chat {

std::vector<Protocol> protocols(const ProtocolSettings& settings) {
  return {
      {"chat.v1", add_chat_v1_routes},
      {"SignalR",
       [signalr = settings.signalr](Router& router, const TransportSettings& transport) {
         add_signalr_routes(router, transport, signalr);
       }},
  };
}

}  // namespace chat

#pragma once

#include <boost/asio/ip/address.hpp>
#include <span>

#include "chat/transport/http/router.hpp"
#include "chat/transport/io/descriptor.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// The protocol of the WebSocket for which the request asks, well or badly; nullptr: it does not, or there is none.
const WebSocketProtocol* websocket_asked_for(const HttpRequest& request, const Router& router);

/// Answers an upgrade, at once or after the other nodes have told whether its token is new. With 101 the socket goes to
/// the WebSockets of its shard; with an error it is closed. Either way `client` (see client_of()) has begun a
/// connection. `initial_bytes` came behind the request. Nothing has been sent over the socket yet. Thread: the
/// context's shard.
void upgrade(Descriptor socket, const HttpRequest& request, const WebSocketProtocol& protocol,
             std::span<char> initial_bytes, const boost::asio::ip::address& client, const ShardContext& context,
             const TransportSettings& settings);

}  // namespace chat

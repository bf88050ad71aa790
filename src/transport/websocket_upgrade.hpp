#pragma once

#include <boost/asio/ip/address.hpp>
#include <span>

#include "chat/transport/descriptor.hpp"
#include "chat/transport/http.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// Whether the request asks for a WebSocket, well or badly, where there are WebSockets.
bool asks_for_websocket(const HttpRequest& request, const TransportSettings& settings);

/// Answers an upgrade, at once or when the other nodes have been asked whether its token is new: 101, and the socket
/// goes to the WebSockets of the shard where it belongs, or why not, and it is closed. Whatever it is answered,
/// `client` (see client_of()) has begun a connection. `early` came behind the request. Nothing has been sent over the
/// socket yet. Thread: the entrance's shard.
void upgrade(Descriptor socket, const HttpRequest& request, std::span<char> early,
             const boost::asio::ip::address& client, const ShardEntrance& entrance, const TransportSettings& settings);

}  // namespace chat

#pragma once

#include <boost/asio/ip/address.hpp>
#include <span>

#include "chat/transport/admission.hpp"
#include "chat/transport/descriptor.hpp"
#include "chat/transport/http.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// How a request to become a WebSocket is answered: 101 together with a place among the node's connections, or why not.
struct Verdict {
  HttpResponse response;
  Admission::Place place;
  bool is_accepted() const { return response.result() == boost::beast::http::status::switching_protocols; }
};

/// Whether the request asks for a WebSocket, well or badly, where there are WebSockets.
bool asks_for_websocket(const HttpRequest& request);

/// `peer` is the address at the other end of the socket, which may be a proxy's. Thread: the entrance's shard.
Verdict judge_upgrade(const HttpRequest& request, const boost::asio::ip::address& peer, const ShardEntrance& entrance,
                      const TransportSettings& settings);

/// Answers 101 and gives the socket to the shard's WebSockets. `early` came behind the request. The verdict is an
/// accepting one, and nothing has been sent over the socket yet.
void become_websocket(Descriptor socket, Verdict verdict, std::span<char> early, ShardEntrance entrance);

}  // namespace chat

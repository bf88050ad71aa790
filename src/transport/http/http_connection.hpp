#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "chat/transport/io/descriptor.hpp"
#include "chat/transport/listener.hpp"

namespace chat {

/// A connection that has just been accepted.
struct Arrival {
  Descriptor socket;  // non-blocking
  boost::asio::ip::tcp::endpoint peer;
};

/// Serves a connection's HTTP requests until its socket is taken over (a WebSocket, an event stream) or ends. Thread:
/// the context's shard, which outlives the connection.
void serve_http(Arrival arrival, ShardContext& context, const Router& router, const TransportSettings& settings);

}  // namespace chat

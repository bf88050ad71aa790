#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "chat/transport/listener.hpp"

namespace chat {

/// Where a connection came in, and by what it is served. All of it outlives the connection.
struct Visit {
  boost::asio::ip::address peer;
  ShardContext& context;
  const Router& router;
  const TransportSettings& settings;
};

/// Serves the HTTP requests of a connection, one after the other, until its socket is taken over or closed. `bytes`
/// have been read already. `place` is empty for a probe, and for a trusted proxy before it has named the client.
/// Thread: the context's shard.
void serve_connection(boost::asio::ip::tcp::socket socket, boost::beast::flat_buffer bytes, Admission::Permit place,
                      const Visit& visit);

}  // namespace chat

#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "chat/transport/listener.hpp"

namespace chat {

/// Serves one connection's HTTP requests until it becomes a WebSocket or ends. Thread: the entrance's shard.
boost::asio::awaitable<void> serve_http(boost::asio::ip::tcp::socket socket, ShardEntrance entrance,
                                        const Router& router, const TransportSettings& settings);

}  // namespace chat

#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <string_view>

#include "chat/transport/http/http.hpp"
#include "chat/transport/listener.hpp"

/// Charges addresses for HTTP requests and upgrades, before a node judges them. Thread: the shard's.
namespace chat {

/// The address of the request's client: the peer, or the client that a trusted proxy names.
boost::asio::ip::address client_of(const HttpRequest& request, const boost::asio::ip::address& peer,
                                   const TransportSettings& settings);

/// Charges bytes as input of the address, before they are used. This bounds the memory of all its connections. Returns
/// zero if they are charged, or the time until the address may send more.
Milliseconds charge_input(Shard& shard, const boost::asio::ip::address& client, std::uint64_t bytes);

/// The same for a head that is longer than browsers send. Shorter heads are in the price of requests and connects: an
/// address that has sent too much must still be able to ask, and to change sockets.
Milliseconds charge_long_head(Shard& shard, const boost::asio::ip::address& client, std::size_t bytes);

/// Counts one more connection of an address. Returns true, and counts none, if the address begins them too fast.
bool is_over_connects(Shard& shard, const boost::asio::ip::address& client, const TransportSettings& settings);

/// 429, for a client that has to wait.
HttpResponse too_many_requests(const HttpRequest& request, Milliseconds wait);
HttpResponse too_many_requests(const HttpRequest& request, std::string_view why, Milliseconds wait);
/// 429, for a client whose address, or whose node, has all the connections it may have.
HttpResponse too_many_connections(const HttpRequest& request);
/// 429, for a client that begins connections too fast.
HttpResponse too_many_connects(const HttpRequest& request);

}  // namespace chat

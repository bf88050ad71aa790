#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>

#include "chat/transport/http/http.hpp"
#include "chat/transport/listener.hpp"

/// What an address pays for its HTTP requests and upgrades, before they are judged. Thread: the shard's.
namespace chat {

/// Whose request it is: the peer's, or, where that is a trusted proxy, the client's whom it names.
boost::asio::ip::address client_of(const HttpRequest& request, const boost::asio::ip::address& peer,
                                   const TransportSettings& settings);

/// Charges bytes as input of the address, before they are used: what all its connections hold is bounded by that. Zero:
/// charged; else how long until the address may say more.
Milliseconds charge_input(Shard& shard, const boost::asio::ip::address& client, std::uint64_t bytes);

/// The same for a head that is longer than browsers send. Others are paid for as requests and connects: an address that
/// has said too much must still be able to ask, and to change sockets.
Milliseconds charge_long_head(Shard& shard, const boost::asio::ip::address& client, std::size_t bytes);

/// Whether an address begins connections faster than it may; if not, it has begun one more.
bool is_over_connects(Shard& shard, const boost::asio::ip::address& client, const TransportSettings& settings);

/// 429, for who has to wait.
HttpResponse too_many_requests(const HttpRequest& request, Milliseconds wait);
/// 429, for a client whose address, or whose node, has all the connections it may have.
HttpResponse too_many_connections(const HttpRequest& request);
/// 429, for who begins connections too fast.
HttpResponse too_many_connects(const HttpRequest& request);

}  // namespace chat

#pragma once

#include <boost/asio/ip/address.hpp>

#include "chat/transport/http/http.hpp"

namespace chat {

/// Whether the request comes from the machine of the node: the client, and each proxy that X-Forwarded-For names, has a
/// loopback address, and the request is for a loopback name, which no page of another site can make it (DNS rebinding).
/// A proxy that passes on the connections of others without a word in X-Forwarded-For cannot be told from a client.
bool is_on_this_machine(const HttpRequest& request, const boost::asio::ip::address& client);

}  // namespace chat

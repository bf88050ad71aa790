#pragma once

#include <boost/asio/ip/address.hpp>

#include "chat/transport/http/http.hpp"

namespace chat {

/// Whether the request comes from the machine of the node: the client, and each address in X-Forwarded-For and
/// X-Real-IP, is a loopback address; there is no Forwarded; and the request is for a loopback name, which no page of
/// another site can make it (DNS rebinding), by no page or one of the node's own origin, whatever --allowed-origins
/// says. A proxy that passes on the connections of others without a word in these fields cannot be told from a client.
bool is_on_this_machine(const HttpRequest& request, const boost::asio::ip::address& client);

}  // namespace chat

#pragma once

#include <string>
#include <string_view>

#include "chat/base/clock.hpp"

namespace chat {

/// Names a connection of several requests: the time it was made (48 bits of Unix milliseconds), 10 random bytes and an
/// HMAC-SHA256 over both under the cluster's secret, in
/// base64url. Any node can tell a genuine one without asking the node that made it, and nobody else can make one. It is
/// a secret of its client: whoever has it can speak for the connection, so it is never logged nor shown to others.
using ConnectionToken = std::string;

ConnectionToken mint_token(std::string_view secret, UnixMs now);

/// Whether some node with this secret has made the token. Takes the same time however much of it is right.
bool is_genuine(std::string_view secret, std::string_view token);

/// When a genuine token was made, by the clock of the node that made it.
UnixMs minted_at(std::string_view token);

/// The id in a genuine token: what nodes call the connection among themselves.
std::string_view id_of(std::string_view token);

}  // namespace chat
